create table public.a (n integer, twice integer generated always as (n * 2) stored);
