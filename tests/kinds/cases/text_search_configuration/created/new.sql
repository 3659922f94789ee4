create schema search;
create text search dictionary search.stems (template = snowball, language = english);
create text search configuration search.articles (copy = english);
alter text search configuration search.articles
alter mapping for asciiword, word with search.stems, simple;
create text search configuration search."Bare" (parser = "default");
comment on text search configuration search.articles is 'for the site';
create table search.documents (
  id int primary key,
  body text,
  words tsvector generated always as (to_tsvector('search.articles', body)) stored
);
create index documents_words on search.documents using gin (words);
