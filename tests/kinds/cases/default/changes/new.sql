create sequence public.ticket;
create table public.a (id integer default nextval('public.ticket'), n text default 'x''y', at timestamptz);
