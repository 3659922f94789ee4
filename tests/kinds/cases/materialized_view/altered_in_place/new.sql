create materialized view m with (autovacuum_enabled = false) as select 1 as one, 'a'::text as t;
alter materialized view m alter column t set statistics 200;
alter materialized view m alter column t set compression pglz;
alter materialized view m alter column one set (n_distinct_inherited = 9);
