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
alter default privileges grant select, insert on tables to app;
alter default privileges grant select on tables to reader with grant option;
alter default privileges revoke execute on functions from public;
alter default privileges in schema api grant usage on sequences to app;
alter default privileges in schema api grant select on tables to reader;
create table api.users (id bigint primary key);
