create table public.a (id integer, n text);
create view public.v with (security_invoker = true) as select id, n from public.a where id > 3;
create view public.w with (security_barrier) as select id from public.v;
