create table public.people (id bigint not null, name text);
create table public.staff (id bigint not null, name text, salary integer);
create table public.guests (visit date) inherits (public.people);
