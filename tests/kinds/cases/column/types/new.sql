create table public.users (id bigint primary key, email text, age smallint default 21, score numeric(6, 2));
create index on public.users (lower(email));
create view public.contacts as select id, email from public.users;
create view public.adults as select c.email from public.contacts c join public.users u using (id) where u.age > 17;
comment on view public.contacts is 'who they are';
