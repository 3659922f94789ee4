create function public.near(int, int) returns boolean language sql immutable as $$ select true $$;
create function public.nearer(int, int) returns boolean language sql immutable as $$ select true $$;
create operator public.~~~ (function = public.nearer, leftarg = int, rightarg = int);
create table public.pairs (a int, b int, constraint near check (a operator(public.~~~) b));
