create schema ext;
create extension hstore with schema ext;
grant execute on function ext.hstore(text, text) to pg_monitor;
