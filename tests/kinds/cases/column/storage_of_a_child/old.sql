create table base (id bigint);
create table child () inherits (base);
