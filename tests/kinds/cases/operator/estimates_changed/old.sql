create function public.near(int, int) returns boolean language sql immutable as $$ select true $$;
create operator public.~~~ (function = public.near, leftarg = int, rightarg = int, join = eqjoinsel);
create view public.close as select 1 operator(public.~~~) 2 as answer;
