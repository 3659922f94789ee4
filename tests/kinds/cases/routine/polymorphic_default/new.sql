create function same(a anyelement default 'a'::text) returns text language sql as $$ select 'x' $$;
create function like_it(a int, b int default 2) returns int language sql as $$ select 1 $$;
