create schema "Search Tools";
create extension pg_trgm with schema "Search Tools";
create table public.articles (title text);
create index articles_title on public.articles using gin (title "Search Tools".gin_trgm_ops);
