create rule r as on insert to t do also (insert into u values (1); insert into v values (2));
create schema s create table t (a int) create view v as select 1;
select 1;
