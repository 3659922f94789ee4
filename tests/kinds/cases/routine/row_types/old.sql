create table items (id int primary key, name text);
create function all_items() returns setof items language sql stable as $$ select * from items $$;
create function name_of(item items) returns text language sql stable as $$ select item.name $$;
create view named as select i.id, name_of(i) as label from items i;
