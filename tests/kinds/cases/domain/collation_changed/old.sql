create domain public.name as text;
create table public.people (name public.name);
