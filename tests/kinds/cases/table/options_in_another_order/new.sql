create table logs (id bigint) with (fillfactor = 70, autovacuum_enabled = false);

create table more_logs (id bigint) with (fillfactor = 90, autovacuum_enabled = false);
