create domain public.code as text check (value <> '');
create table public.parts (id int, code public.code);
