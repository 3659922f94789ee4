create table public.people (id integer, constraint positive check (id > 0), constraint here check (id < 9) no inherit);
create table public.staff () inherits (public.people);
