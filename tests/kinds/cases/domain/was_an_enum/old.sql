create type public.code as enum ('a', 'b');
create table public.parts (id int, code public.code);
