create text search configuration public.articles (parser = "default");
alter text search configuration public.articles add mapping for asciiword with simple;
comment on text search configuration public.articles is 'for the site';
