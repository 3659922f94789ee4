create table public.people (id bigint not null, name text);
create table public.staff (id bigint not null, name text, salary integer) inherits (public.people);
create table public.guests (id bigint not null, name text, visit date);
