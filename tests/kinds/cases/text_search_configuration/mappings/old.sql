create text search configuration public.articles (parser = "default");
alter text search configuration public.articles
add mapping for asciiword, word, email, url with english_stem;
create table public.documents (body text);
create index documents_body on public.documents
using gin (to_tsvector('public.articles', body));
