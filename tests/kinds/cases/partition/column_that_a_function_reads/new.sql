create table trips (id integer) partition by range (id);
