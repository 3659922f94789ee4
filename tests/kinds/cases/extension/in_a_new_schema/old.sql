create extension pg_trgm;
create table public.articles (title text);
