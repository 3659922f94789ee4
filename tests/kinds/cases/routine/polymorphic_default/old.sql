create function same(a anyelement default 1) returns text language sql as $$ select 'x' $$;
create function like_it(a int default 1, b int default 2) returns int language sql as $$ select 1 $$;
