create function price(amount int, discount numeric default 5) returns numeric
language plpgsql immutable strict parallel safe cost 7 as $$ begin return amount - discount * 2; end $$;
create function secret() returns text language sql security definer leakproof stable
set search_path = '' set work_mem = '8MB' as $$ select 'b' $$;
create procedure tidy() language plpgsql security definer set statement_timeout = '1s' as $$ begin null; null; end $$;
create view offers as select price(10) as price;
