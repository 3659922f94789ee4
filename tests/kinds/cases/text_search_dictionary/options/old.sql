create text search dictionary public.plain (template = simple, stopwords = 'english', accept = false);
create text search dictionary public.stems (template = snowball, language = 'english');
create text search configuration public.articles (parser = "default");
alter text search configuration public.articles add mapping for word with public.plain, public.stems;
