create table public.orders (id int primary key, region text not null, total numeric);
create table public.lines (id int primary key, order_id int references public.orders);

create publication shop for table public.orders with (publish_generated_columns = stored);
