create type public.pair as (b int, c text, a text);
create table public.pairs (id int primary key, pair public.pair);
