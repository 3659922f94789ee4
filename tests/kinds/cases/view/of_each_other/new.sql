create table public.a (id integer);
create view public.w as select id from public.a;
create view public.v as select id from public.w;
