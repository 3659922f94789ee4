create type public.pair as (a text, b int);
create table public.pairs (id int primary key, pair public.pair);
