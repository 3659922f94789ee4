create table accounts (id int primary key, balance numeric not null);
create function total() returns numeric language sql stable as $$ select sum(balance) from accounts $$;
create function account(which int, out id int, out balance numeric) language sql as $$
  select a.id, a.balance from accounts a where a.id = which
$$;
create function rich(floor numeric default 1000, variadic skip int[] default '{}') returns setof accounts
language sql rows 5 as $$ select * from accounts where balance > floor and not id = any(skip) $$;
create function pairs() returns table (a int, b int) language sql immutable as $$ values (1, 2) $$;
create procedure settle(which int, inout left_over numeric default 0) language plpgsql as $$
begin
  update accounts set balance = 0 where id = which returning balance into left_over;
end
$$;
create procedure "Odd ""proc"(out "x y" text, "select" int) language plpgsql as $$ begin "x y" := 'a''b\c'; end $$;
create function ranked(amount numeric) returns bigint language internal window immutable as 'window_rank';
create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
