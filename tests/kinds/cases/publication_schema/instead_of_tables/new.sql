create schema sales;
create table sales.orders (id int primary key, total numeric);
create publication shop for tables in schema sales;
