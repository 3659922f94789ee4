create table public.a (id integer default 1, n text, at timestamptz default now());
