create table base (id bigint);
alter table base add column notes text;
alter table base alter column notes set storage external;
alter table base alter column notes set statistics 50;
create table child () inherits (base);
alter table only base alter column notes set statistics 200;
create table other () inherits (base);
alter table only other alter column notes set storage main;
