create table base (id text);
create table child (own integer) inherits (base);
create function all_of() returns setof child language sql begin atomic select * from child; end;
