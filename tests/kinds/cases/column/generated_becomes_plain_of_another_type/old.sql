create table base (net text, shown text generated always as (upper(net)) stored);
create table child () inherits (base);
