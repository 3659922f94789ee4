create table public.a (id integer primary key, code text);
create table public.b (a integer references public.a);
