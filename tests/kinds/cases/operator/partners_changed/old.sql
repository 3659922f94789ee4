create function public.near(int, int) returns boolean language sql immutable as $$ select true $$;
create function public.far(int, int) returns boolean language sql immutable as $$ select false $$;
create operator public.~~~ (function = public.near, leftarg = int, rightarg = int);
create operator public.<<>> (function = public.far, leftarg = int, rightarg = int, commutator = operator(public.<<>>));
create view public.close as select 1 operator(public.~~~) 2 as answer;
comment on operator public.~~~ (int, int) is 'roughly';
