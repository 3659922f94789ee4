create schema extensions;
create extension citext with schema extensions;
create table public.users (email extensions.citext primary key);
create view public.emails as select lower(email) as email from public.users;
