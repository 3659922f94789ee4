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
grant select, insert, update on invoices to clerk;
grant select on invoices to auditor with grant option;
grant delete on invoices to public;
create sequence numbers;
grant usage on sequence numbers to clerk;
create function sum_up(integer) returns integer language sql immutable return $1;
revoke execute on function sum_up(integer) from public;
create type state as enum ('open', 'paid');
grant usage on type state to clerk with grant option;
revoke create on schema public from public;
