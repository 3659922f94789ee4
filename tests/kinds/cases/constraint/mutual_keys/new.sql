create table public.a (id integer primary key);
create table public.b (id integer primary key, a integer references public.a);
alter table public.a add b integer references public.b;
