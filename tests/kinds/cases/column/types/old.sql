create table public.users (id integer primary key, email varchar(50), age integer default 18, score real);
create index on public.users (lower(email));
create view public.contacts as select id, email from public.users;
create view public.adults as select c.email from public.contacts c join public.users u using (id) where u.age > 17;
comment on view public.contacts is 'who they are';
