create table events (id integer, kind text not null default 'none') partition by range (id);
create table events_1 partition of events for values from (1) to (9);
