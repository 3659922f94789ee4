create schema a;
create schema b;
create extension hstore with schema b;
grant execute on function b.hstore(text, text) to pg_monitor;
