create table public.docs (id integer, body text, tags text[], at timestamptz, n integer);
create index docs_body on public.docs (lower(body) text_pattern_ops desc nulls last);
create unique index docs_n on public.docs (n) nulls not distinct where n > 0;
create index docs_tags on public.docs using gin (tags);
create index "Docs at" on public.docs (at) include (n) with (fillfactor = 80);
alter index public.docs_body alter column 1 set statistics 300;
alter table public.docs cluster on docs_body;
