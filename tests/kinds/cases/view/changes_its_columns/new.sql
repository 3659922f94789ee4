create table public.a (id integer, n text);
create view public.v as select id::bigint, n from public.a;
create view public.w with (check_option = local) as select id from public.v;
comment on column public.w.id is 'key';
grant select on public.w to public;
