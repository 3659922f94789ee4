create type public.version as (major int, minor int);
create function public.cmp(public.version, public.version) returns int language sql immutable
  as $$ select btrecordcmp($1, $2) $$;
create operator class public.version_ops default for type public.version using btree as
  operator 1 < (record, record), operator 2 <= (record, record), operator 3 = (record, record),
  operator 4 >= (record, record), operator 5 > (record, record),
  function 1 public.cmp(public.version, public.version);
create table public.releases (version public.version, primary key (version));
