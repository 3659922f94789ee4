create table public.docs (id integer, body text, n integer);
create index docs_n on public.docs (n);
create index gone on public.docs (id);
create index lowered on public.docs (lower(body));
