create foreign data wrapper mine;
create server legacy foreign data wrapper mine;
create table public.orders (id int not null, region text) partition by list (region);
create table public.orders_eu partition of public.orders for values in ('eu');
