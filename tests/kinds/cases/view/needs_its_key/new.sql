create table public.a (id integer primary key, n text);
create view public.v as select id, n from public.a group by id;
