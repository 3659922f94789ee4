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
create table shop.orders (id bigint primary key, number serial, total numeric);
alter table shop.orders owner to clerk;
create view shop.open_orders as select id from shop.orders;
create materialized view shop.totals as select sum(total) as total from shop.orders;
create sequence shop.tickets;
alter sequence shop.tickets owner to clerk;
create function shop.tax(numeric) returns numeric language sql immutable return $1 * 0.2;
create type shop.state as enum ('open', 'paid');
alter type shop.state owner to clerk;
create publication shop_orders for table shop.orders;
create operator shop.%% (function = pg_catalog.int4mod, leftarg = integer, rightarg = integer);
create operator family shop.numbers using btree;
