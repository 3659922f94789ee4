create extension hstore with schema public;
grant execute on function public.hstore(text, text) to pg_read_all_data;
revoke execute on function public.avals(public.hstore) from public;
