create collation public.plain (provider = libc, lc_collate = 'C', lc_ctype = 'POSIX');
create domain public.nick as text collate public.plain;
create type public.alias as (name text collate public.plain, since date);
create table public.people (
  id int primary key,
  name text collate public.plain default 'x',
  nick public.nick,
  alias public.alias
);
create index people_name on public.people (name);
create view public.named as select name from public.people where name <> '';
