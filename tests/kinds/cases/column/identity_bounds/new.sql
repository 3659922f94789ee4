create table public.a (id bigint generated always as identity (minvalue 100 maxvalue 500 start with 100));
create table public.b (id bigint generated always as identity (maxvalue 5000000000));
