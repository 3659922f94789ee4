create foreign data wrapper mine;
create server legacy foreign data wrapper mine;
create type public.state as enum ('open', 'paid');
create foreign table public.orders (
  id int,
  placed date options (column_name 'placed_on'),
  status public.state,
  note text
) server legacy;
create view public.placed as select id, placed from public.orders;
