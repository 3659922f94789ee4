create role clerk;
create domain public.code as int constraint positive check (value > 0);
comment on domain public.code is 'a number';
grant usage on domain public.code to clerk;
revoke usage on domain public.code from public;
alter domain public.code owner to clerk;
