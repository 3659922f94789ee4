create table public.orders (id bigint primary key);
create table public.totals (id bigint, n integer);
