create foreign data wrapper mine;
create server legacy foreign data wrapper mine;
create table public.orders (id int, total numeric, check (total > 0));
create foreign table public.old_orders (
  id int, total numeric, constraint orders_total_check check (total > 0)
) inherits (public.orders) server legacy;
create foreign table public.older_orders (note text) inherits (public.orders) server legacy;
