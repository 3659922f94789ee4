create schema a;
create schema b;
create extension hstore with schema a;
grant execute on function a.hstore(text, text) to pg_monitor;
