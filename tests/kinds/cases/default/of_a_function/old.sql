create function public.f() returns integer language sql as 'select 1';
create table public.a (id integer default public.f());
