create foreign data wrapper mine;
create server legacy foreign data wrapper mine;
create type public.state as enum ('open', 'sent');
create foreign table public.orders (
  id bigint not null,
  placed timestamptz options (column_name 'placed_at'),
  status public.state default 'open',
  region text
) server legacy;
create view public.placed as select id, placed from public.orders;
