create table orders (id int primary key, amount int);
create table log (id bigint, what text);
create view all_orders as select id from orders;
create rule logged as on insert to orders do also insert into log values (new.id, 'new');
create rule adding as on insert to all_orders do instead insert into orders values (new.id);
alter table orders disable rule logged;
