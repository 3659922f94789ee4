create type public.level as enum ('b', 'c', 'd');
create domain public.real_level as public.level check (value <> 'b');
create type public.pair as (low public.level, high public.level);
create table public.scores (id int primary key, level public.real_level, pair public.pair);
create function public.level_of(text) returns public.level language sql immutable
  as $$ select 'b'::public.level $$;
create cast (text as public.level) with function public.level_of(text);
