create table public.people (id bigint, name text);
create table public.staff (id bigint, name text, salary integer) inherits (public.people);
create table public.guests (id bigint, name text, visit date);
