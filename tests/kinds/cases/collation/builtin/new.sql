create collation public.plain (provider = builtin, locale = 'C.UTF-8');
create table public.words (word text collate public.plain);
