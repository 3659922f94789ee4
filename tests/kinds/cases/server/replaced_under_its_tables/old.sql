create foreign data wrapper mine;
create foreign data wrapper other;
create server legacy type 'oracle' foreign data wrapper mine;
create user mapping for public server legacy;
create foreign table public.remote_orders (id int not null, total numeric) server legacy
options (table_name 'orders');
comment on foreign table public.remote_orders is 'read only';
create view public.totals as select sum(total) as total from public.remote_orders;
