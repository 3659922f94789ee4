create table base (id bigint);
create table child (own integer) inherits (base);
create function all_of() returns setof child language sql begin atomic select * from child; end;
