create text search dictionary public.stems (template = snowball, language = 'english', stopwords = english);
create text search dictionary public."Plain" (template = simple);
comment on text search dictionary public.stems is 'cuts endings';
