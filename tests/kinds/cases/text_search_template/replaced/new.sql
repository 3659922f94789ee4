create text search template public.plain (init = dsynonym_init, lexize = dsynonym_lexize);
create text search dictionary public.other (template = simple);
