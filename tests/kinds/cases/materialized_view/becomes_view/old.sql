create table sales (id int primary key, amount int);
create materialized view totals as select sum(amount) as total from sales;
create index totals_total on totals (total);
