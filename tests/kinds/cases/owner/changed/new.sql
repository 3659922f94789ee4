do $$
begin
  if to_regrole('clerk') is null then
    create role clerk;
  end if;
end
$$;
do $$
begin
  if to_regrole('manager') is null then
    create role manager;
  end if;
end
$$;

create schema shop;
alter schema shop owner to manager;
create table shop.orders (id bigint primary key, number serial, total numeric);
alter table shop.orders owner to manager;
create view shop.open_orders as select id from shop.orders;
alter view shop.open_orders owner to clerk;
create materialized view shop.totals as select sum(total) as total from shop.orders;
alter materialized view shop.totals owner to clerk;
create sequence shop.tickets;
create function shop.tax(numeric) returns numeric language sql immutable return $1 * 0.2;
alter function shop.tax(numeric) owner to manager;
create type shop.state as enum ('open', 'paid');
alter type shop.state owner to manager;
create publication shop_orders for table shop.orders;
alter publication shop_orders owner to manager;
create operator shop.%% (function = pg_catalog.int4mod, leftarg = integer, rightarg = integer);
alter operator shop.%% (integer, integer) owner to manager;
create operator family shop.numbers using btree;
alter operator family shop.numbers using btree owner to manager;
