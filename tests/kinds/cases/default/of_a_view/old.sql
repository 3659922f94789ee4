create table public.a (id integer, n text);
create view public.v as select id, n from public.a;
