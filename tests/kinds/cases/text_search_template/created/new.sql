create text search template public.plain (init = dsimple_init, lexize = dsimple_lexize);
create text search template public."Bare" (lexize = dsimple_lexize);
comment on text search template public.plain is 'lower case';
create text search dictionary public.words (template = public.plain, stopwords = 'english');
