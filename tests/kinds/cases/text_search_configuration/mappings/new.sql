create text search configuration public.articles (parser = "default");
alter text search configuration public.articles add mapping for asciiword, int with english_stem;
alter text search configuration public.articles add mapping for word with simple, english_stem;
create table public.documents (body text);
create index documents_body on public.documents
using gin (to_tsvector('public.articles', body));
