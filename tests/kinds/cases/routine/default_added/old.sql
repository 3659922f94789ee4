create function shout(text, times int) returns text language sql immutable as $$ select repeat(upper($1), $2) $$;
create table posts (id int, loud text default shout('a', 2));
