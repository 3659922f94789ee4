create table base (net text, shown json);
create table child () inherits (base);
