create table public.users (id integer, email text, name text collate "C");
create index on public.users (email);
create view public.v as select email from public.users;
