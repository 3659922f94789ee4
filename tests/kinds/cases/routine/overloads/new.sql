create function f(bigint) returns int language sql as $$ select 1 $$;
create function f(text) returns int language sql as $$ select 22 $$;
create function f(int[], "char", timestamp with time zone) returns int language sql as $$ select 3 $$;
