create extension hstore with schema public;
grant execute on function public.hstore(text, text) to pg_monitor;
revoke execute on function public.akeys(public.hstore) from public;
