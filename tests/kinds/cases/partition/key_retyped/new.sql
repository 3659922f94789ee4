create table events (id bigint, kind text) partition by list (id);
create table events_1 partition of events for values in (1);
create index on events (kind);
