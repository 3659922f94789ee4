create table base (id integer) partition by range (id);
alter table base add constraint positive check (id > 0) not valid;
create table base_1 partition of base for values from (1) to (9);
create table whole (id integer);
alter table whole add constraint positive check (id > 0) not valid;
create table part () inherits (whole);
