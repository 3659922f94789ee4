create table public.people (id bigint, name text);
create table public.staff (id bigint, name text, salary integer);
create table public.guests (id bigint, name text, visit date);
alter table public.guests inherit public.people;
