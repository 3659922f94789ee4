create materialized view m with (fillfactor = 70) as select 1 as one, 'a'::text as t;
alter materialized view m alter column one set statistics 100;
alter materialized view m alter column t set storage external;
alter materialized view m alter column t set (n_distinct = 5);
