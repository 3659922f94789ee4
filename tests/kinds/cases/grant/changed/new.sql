do $$
begin
  if to_regrole('clerk') is null then
    create role clerk;
  end if;
end
$$;
do $$
begin
  if to_regrole('auditor') is null then
    create role auditor;
  end if;
end
$$;

create table invoices (id bigint primary key, total numeric, note text);
grant select, update, delete on invoices to clerk;
grant update on invoices to clerk with grant option;
grant select on invoices to auditor;
create sequence numbers;
grant select on sequence numbers to auditor;
create function sum_up(integer) returns integer language sql immutable return $1;
grant execute on function sum_up(integer) to auditor;
create type state as enum ('open', 'paid');
revoke usage on type state from public;
grant usage on type state to clerk;
grant create on schema public to auditor;
grant create on schema public to public;
