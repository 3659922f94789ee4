create table public.a (id bigint primary key);
create table public.b (id bigint primary key, a bigint references public.a);
alter table public.a add b bigint references public.b;
create view public.v as select a.id, b.a from public.a join public.b on b.a = a.id;
