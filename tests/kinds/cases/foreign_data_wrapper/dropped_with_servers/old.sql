create foreign data wrapper mine;
create server warehouse foreign data wrapper mine;
create user mapping for public server warehouse;
create foreign table public.remote_orders (id int) server warehouse;
create view public.recent_orders as select id from public.remote_orders;
