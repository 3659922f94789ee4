create extension hstore with schema public;
grant execute on function public.hstore(text, text) to pg_monitor with grant option;
revoke execute on function public.akeys(public.hstore) from public;
grant usage on type public.hstore to pg_monitor;
