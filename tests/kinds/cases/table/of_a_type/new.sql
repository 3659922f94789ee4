create type public.pair as (a integer, b text);
create table public.pairs of public.pair;
