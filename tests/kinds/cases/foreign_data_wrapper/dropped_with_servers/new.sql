create table public.remote_orders (id int);
create view public.recent_orders as select id from public.remote_orders;
