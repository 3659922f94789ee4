create table public.a (price numeric, twice numeric generated always as (price * 2) stored);
