create table parcels (id integer, weight integer) partition by hash (id);
create table parcels_0 partition of parcels for values with (modulus 2, remainder 0);
create index by_weight on parcels (id, weight);
