create table trips (id integer, fare numeric) partition by range (id);
create table trips_1 partition of trips for values from (1) to (10);
create function fares() returns setof trips_1 language sql begin atomic select * from trips_1; end;
