create table parcels (id integer, weight integer) partition by hash (id);
create table parcels_0 partition of parcels for values with (modulus 2, remainder 0);
create table parcels_1 partition of parcels for values with (modulus 2, remainder 1);
create index by_weight on parcels (id, weight);
create index by_id on parcels using hash (id);
