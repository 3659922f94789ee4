create text search parser public.words (
  start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype,
  headline = prsd_headline
);
create text search configuration public.articles (parser = public.words);
alter text search configuration public.articles add mapping for asciiword, word with simple;
