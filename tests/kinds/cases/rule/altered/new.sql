create table orders (id int primary key, amount int);
create table log (id int, what text);
create rule logged as on update to orders where new.id > 1 do instead insert into log values (new.id, 'changed');
create rule off as on insert to orders do also insert into log values (new.id, 'off');
alter table orders enable replica rule off;
create rule turned as on insert to orders where new.id = 7 do instead nothing;
alter table orders disable rule turned;
