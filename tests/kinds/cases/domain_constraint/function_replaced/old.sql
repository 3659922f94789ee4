create table public.lookup (code int);
create function public.known(given int) returns boolean language sql stable
  as 'select exists (select from public.lookup where code = given)';
create domain public.code as int check (public.known(value));
create table public.parts (code public.code);
