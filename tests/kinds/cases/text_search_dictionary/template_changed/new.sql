create text search dictionary public.plain (template = snowball, language = 'german');
create text search configuration public.articles (parser = "default");
alter text search configuration public.articles add mapping for word with public.plain;
comment on text search configuration public.articles is 'for the site';
create table public.documents (body text);
create index documents_body on public.documents using gin (to_tsvector('public.articles', body));
