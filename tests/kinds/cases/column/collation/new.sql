create table public.users (id integer, email text collate "C", name text);
create index on public.users (email);
create view public.v as select email from public.users;
