create function pg_stat_monitor_version() returns text
    language sql immutable
    return '2.1.0 (airlock stub)';
create function pg_stat_monitor_reset() returns void language sql as '';
