create function shape(b int, a text) returns bigint language sql immutable as $$ select 1::bigint $$;
create function outs(out x int, out z text) language sql as $$ select 1, 'a' $$;
create function single(i int) returns setof int language sql as $$ select 1 $$;
create procedure act(i int) language sql as $$ select 1 $$;
create table t (id int primary key, s int default shape(1, 'b'), check (shape(id, 'x') is not null));
create index by_shape on t (shape(id, 'y'));
create view v as select shape(id, 'z') as shape, id from t;
create policy p on t using (shape(id, 'p')::int > 0);
alter table t enable row level security;
