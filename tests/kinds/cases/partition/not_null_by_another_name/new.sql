create table readings (taken_on date not null, value int) partition by range (taken_on);
create table readings_2026 partition of readings
  for values from ('2026-01-01') to ('2027-01-01');
