create table public.orders (id int, region text not null, total numeric, primary key (id, region))
partition by list (region);
create table public.lines (id int primary key, order_id int);
create publication shop for table public.orders, public.lines;
