create table public.a (id integer, code text, constraint by_code primary key (code), constraint by_id unique (id));
create table public.b (a integer references public.a (id));
