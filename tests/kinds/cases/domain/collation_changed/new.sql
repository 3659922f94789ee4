create domain public.name as text collate "C";
create table public.people (name public.name);
