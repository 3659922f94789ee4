do $$
begin
  if to_regrole('app') is null then
    create role app;
  end if;
end
$$;
do $$
begin
  if to_regrole('reporter') is null then
    create role reporter;
  end if;
end
$$;

alter default privileges grant select on tables to reporter;
alter default privileges grant usage on sequences to app;
alter default privileges revoke execute on functions from public;
alter default privileges grant usage on types to app;
alter default privileges revoke delete on tables from current_user;
create schema billing;
alter default privileges in schema billing grant insert, select on tables to app;
alter default privileges in schema billing grant execute on routines to app with grant option;
create table kept (id bigint primary key);
create table as_it_comes (id bigint generated always as identity primary key, number serial);
create table hidden (id bigint generated always as identity primary key, name text);
revoke all on hidden from reporter;
grant select (name) on hidden to reporter;
revoke all on sequence hidden_id_seq from app;
create table restored (id bigint primary key);
grant delete on restored to current_user;
revoke all on restored from reporter;
create table handed_over (id bigint generated always as identity primary key);
alter table handed_over owner to reporter;
create table billing.invoices (id bigint primary key);
create table billing.secrets (id bigint primary key);
revoke all on billing.secrets from app;
create view billing.all_invoices as select id from billing.invoices;
create function billing.count_up(integer) returns integer language sql immutable return $1;
create function billing.open_to_all(integer) returns integer language sql immutable return $1;
grant execute on function billing.open_to_all(integer) to public;
revoke execute on function billing.open_to_all(integer) from app;
create function count_up(integer) returns integer language sql immutable return $1;
create type state as enum ('open', 'paid');
create domain code as text;
revoke usage on domain code from app;
create type span as range (subtype = date);
