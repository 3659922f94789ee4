create schema archive;
create extension postgres_fdw;
create server legacy foreign data wrapper postgres_fdw;
create foreign table archive.orders (
  id bigint not null,
  "Customer" text options (column_name 'customer''s name') collate "C",
  total numeric default 0 constraint positive check (total >= 0)
) server legacy options (schema_name 'public', table_name 'orders', updatable 'false');
comment on foreign table archive.orders is 'until 2019';
comment on column archive.orders."Customer" is 'as it was written';
create view archive.totals as
select "Customer", sum(total) as total from archive.orders group by "Customer";
