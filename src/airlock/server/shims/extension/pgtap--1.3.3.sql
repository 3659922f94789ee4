-- The assertions are for tests, not for migrations; only what asks for the version is here.
create function pgtap_version() returns numeric
    language sql immutable
    return 1.3;
create function pg_version() returns text
    language sql immutable
    return current_setting('server_version');
create function pg_version_num() returns integer
    language sql immutable
    return current_setting('server_version_num')::integer;
