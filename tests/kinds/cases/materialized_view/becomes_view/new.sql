create table sales (id int primary key, amount int);
create view totals as select sum(amount) as total from sales;
