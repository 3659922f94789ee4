create table words (word text, size integer);
create index words_lower on words (lower(word), size);
