create function price(int, discount numeric default 0) returns numeric language sql as $$ select $1 - $2 $$;
create function secret() returns text language sql as $$ select 'a' $$;
create procedure tidy() language plpgsql as $$ begin null; end $$;
create view offers as select price(10) as price;
