create schema sales;
create table sales.orders (id int primary key);
create table public.notes (id int primary key);
create publication shop for tables in schema sales, table public.notes;
