create table logs (id bigint) with (autovacuum_enabled = false, fillfactor = 70);
