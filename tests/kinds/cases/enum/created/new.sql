create schema app;
create type app.order_status as enum ('draft', 'it''s paid', 'back\slash', 'Shipped – später');
create type app.nothing as enum ();
create table app.orders (
  id bigint primary key,
  status app.order_status not null default 'draft',
  earlier app.order_status[]
);
comment on type app.order_status is 'where an order stands';
