create extension citext;
create table public.users (id int primary key, email citext unique, name text);
create function public.same(a citext, b citext) returns boolean
language sql immutable return a = b;
