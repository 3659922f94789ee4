create table readings (id integer) partition by hash (id);
create policy seen on readings for select using (id >= 7);
create table readings_0 partition of readings for values with (modulus 4, remainder 0);
