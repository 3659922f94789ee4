create table public.a (id bigint generated always as identity (minvalue 1 maxvalue 50 start with 1));
create table public.b (id integer generated always as identity (maxvalue 5000));
