create table public.a (id integer, old text, kept text);
create index on public.a (old, kept);
create view public.v as select id, old from public.a;
