create table public.orders (id bigint primary key, region text not null, total bigint);
create table public.lines (id int primary key, order_id int references public.orders);
create publication shop for table public.orders where (id > 10);
create publication other for table public.orders (id, total);
