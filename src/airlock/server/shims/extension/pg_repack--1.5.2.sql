create schema repack;
create function repack.version() returns text
    language sql immutable
    return 'pg_repack 1.5.2 (airlock stub)';
