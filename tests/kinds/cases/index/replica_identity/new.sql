create table public.docs (id integer not null);
create unique index by_id on public.docs (id);
alter table public.docs replica identity using index by_id;
