create table public.a (id integer, kept text, fresh uuid not null default gen_random_uuid());
create view public.v as select id from public.a;
