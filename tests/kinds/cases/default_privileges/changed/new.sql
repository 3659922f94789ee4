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
alter default privileges grant select on tables to app with grant option;
alter default privileges grant select, update on tables to reader;
alter default privileges in schema api grant usage, select on sequences to app;
alter default privileges in schema api grant usage on types to reader;
create table api.users (id bigint primary key);
create table api.teams (id bigint generated always as identity primary key);
