create text search template public.plain (init = dsimple_init, lexize = dsimple_lexize);
create text search dictionary public.words (template = public.plain, stopwords = 'english');
