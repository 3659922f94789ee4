create type public.grade as enum ('a', 'b');
create function public.worth(g public.grade) returns int language sql immutable as $$ select 1 $$;
create cast (public.grade as int) with function public.worth(public.grade) as assignment;
create table public.exams (grade public.grade, points int generated always as (public.worth(grade)) stored);
