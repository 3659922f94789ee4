create table public.a (price numeric, twice numeric);
