create table orders (id integer) partition by hash (id);
create table orders_0 partition of orders for values with (modulus 1, remainder 0) partition by hash (id);
create table orders_0_0 partition of orders_0 for values with (modulus 1, remainder 0);
alter table orders add constraint orders_key primary key (id);
create table lines (id integer, order_id integer references orders (id));
