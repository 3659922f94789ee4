create table public.people (id bigint not null, name text default 'x', check (id > 0));
create table public.staff (salary integer) inherits (public.people);
create table public.guests (id bigint not null, name text, visit date);
