create table places (id bigint, name text) partition by list (id);
create table places_1 partition of places for values in (1) partition by hash (id);
create table places_1_0 partition of places_1 for values with (modulus 2, remainder 0);
