create foreign data wrapper mine;
create server legacy foreign data wrapper mine;
create table public.orders (id int primary key, total numeric not null);
create index on public.orders (total);
