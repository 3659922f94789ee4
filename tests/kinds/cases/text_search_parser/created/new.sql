create text search parser public.words (
  start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype,
  headline = prsd_headline
);
comment on text search parser public.words is 'the usual one';
create text search configuration public.articles (parser = public.words);
