create table readings (sensor text, at timestamptz, value float8);
create materialized view daily as select sensor, at::date as day, avg(value) as mean from readings group by sensor, at::date;
create unique index daily_key on daily (sensor, day);
alter materialized view daily cluster on daily_key;
create view latest as select sensor, max(day) as day from daily group by sensor;
create materialized view summary as select count(*) as days from latest;
