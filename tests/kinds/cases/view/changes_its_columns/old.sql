create table public.a (id integer, n text);
create view public.v as select n, id from public.a;
create view public.w with (check_option = cascaded) as select id from public.v;
comment on column public.w.id is 'key';
grant select on public.w to public;
