create table public.docs (id integer, body text, n integer);
create index docs_n on public.docs (n, id) where n > 3;
create index lowered on public.docs (lower(body));
alter index public.lowered alter column 1 set statistics 50;
comment on index public.docs_n is 'by number';
