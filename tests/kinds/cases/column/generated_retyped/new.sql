create table public.a (n bigint, twice bigint generated always as (n * 2) stored);
