create schema extensions;
create extension citext;
create table public.users (email public.citext primary key);
create view public.emails as select lower(email) as email from public.users;
