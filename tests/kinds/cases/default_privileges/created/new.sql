do $$
begin
  if to_regrole('app') is null then
    create role app;
  end if;
end
$$;
do $$
begin
  if to_regrole('reader') is null then
    create role reader;
  end if;
end
$$;

create schema api;
alter default privileges grant select on tables to reader;
alter default privileges grant all on sequences to app;
alter default privileges revoke execute on functions from public;
alter default privileges revoke usage on types from public;
alter default privileges grant usage on schemas to reader;
alter default privileges in schema api grant select, insert on tables to app with grant option;
alter default privileges in schema api grant execute on functions to public;
alter default privileges for role app grant select on tables to reader;
alter default privileges for role app revoke all on tables from app;
alter default privileges for role app in schema api grant usage on types to reader;
create table api.users (id bigint generated always as identity primary key);
create function api.hello() returns text language sql immutable return 'hello';
create function hello() returns text language sql immutable return 'hello';
create type mood as enum ('fine');
create schema later;
