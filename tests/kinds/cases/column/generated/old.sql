create table public.a (price numeric, tax numeric, total numeric generated always as (price + tax) stored, net numeric);
create view public.totals as select total from public.a;
