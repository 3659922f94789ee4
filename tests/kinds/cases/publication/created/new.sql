create table public.orders (id int primary key, region text not null, total numeric);
create table public.lines (id int primary key, order_id int references public.orders);

create publication shop for table public.orders, public.lines;
create publication inserts for all tables with (publish = 'insert');
create publication "Nothing yet" with (publish = '', publish_via_partition_root = true);
comment on publication shop is 'for the warehouse';
