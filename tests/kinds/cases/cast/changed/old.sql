create type public.grade as enum ('a', 'b');
create function public.worth(public.grade) returns int language sql immutable as $$ select 1 $$;
create cast (public.grade as int) with function public.worth(public.grade);
create cast (public.grade as text) with inout;
comment on cast (public.grade as int) is 'points';
