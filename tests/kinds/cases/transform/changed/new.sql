create transform for int language sql (from sql with function prsd_lextype(internal));
create transform for bigint language sql (
  from sql with function prsd_lextype(internal), to sql with function int8recv(internal)
);
create function public.one(int) returns int language sql transform for type int as $$ select $1 $$;
