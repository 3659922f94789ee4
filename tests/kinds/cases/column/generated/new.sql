create table public.a (price numeric, tax numeric, total numeric generated always as (price + tax * 2) stored, net numeric generated always as (price - tax) stored);
create view public.totals as select total from public.a;
