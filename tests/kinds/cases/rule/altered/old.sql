create table orders (id int primary key, amount int);
create table log (id int, what text);
create rule logged as on insert to orders do also insert into log values (new.id, 'new');
create rule off as on insert to orders do also insert into log values (new.id, 'off');
create rule turned as on insert to orders do instead nothing;
alter table orders disable rule turned;
