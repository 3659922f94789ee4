create foreign data wrapper mine;
create server legacy foreign data wrapper mine;
create foreign table public.orders (id int, total numeric not null) server legacy;
