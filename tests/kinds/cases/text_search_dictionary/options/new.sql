create text search dictionary public.plain (template = simple, accept = true);
create text search dictionary public.stems (template = snowball, stopwords = 'french', language = 'french');
create text search configuration public.articles (parser = "default");
alter text search configuration public.articles add mapping for word with public.plain, public.stems;
