create table rides (id bigint) partition by range (id);
