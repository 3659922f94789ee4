create table public.a (id integer primary key, above integer);
