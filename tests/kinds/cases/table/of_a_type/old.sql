create type public.pair as (a integer, b text);
create table public.pairs (a integer, b text);
