create table public.docs (id integer not null);
create unique index by_id on public.docs (id);
