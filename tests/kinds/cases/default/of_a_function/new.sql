create function public.f() returns bigint language sql as 'select 1::bigint';
create table public.a (id bigint default public.f());
