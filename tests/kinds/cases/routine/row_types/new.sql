create table items (id bigint primary key, name text, price numeric);
create function all_items() returns setof items language sql stable as $$ select * from items where price > 0 $$;
create function name_of(item items) returns text language sql stable as $$ select item.name || '!' $$;
create view named as select i.id, name_of(i) as label from items i;
