create table public.orders (id bigint primary key);
create view public.totals as select id, 1 as n from public.orders;
