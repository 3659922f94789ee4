create type public.state as enum ('open');
create table public.doors (id int primary key, state public.state default 'open');
