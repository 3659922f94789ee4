create type public.span as (low int, high int);
create function public.whole() returns public.span language sql as $$ select 1, 2 $$;
create table public.spans of public.span;
create view public.lows as select low from public.spans;
