create table public.people (id integer);
create table public.staff () inherits (public.people);
