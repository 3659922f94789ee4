create table events (id integer) partition by list (id);
create table a partition of events for values in (2);
create table b partition of events for values in (1);
