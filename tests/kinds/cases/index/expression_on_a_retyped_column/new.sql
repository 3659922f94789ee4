create table words (word integer, size integer);
create index words_lower on words (word, size);
