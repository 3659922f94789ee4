create table base (id integer) partition by range (id);
create table base_1 partition of base for values from (1) to (9);
create table whole (id integer);
