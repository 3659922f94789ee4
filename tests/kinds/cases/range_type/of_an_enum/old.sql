create type public.grade as enum ('a', 'b', 'c');
create type public.grades as range (subtype = public.grade);
create domain public.passed as public.grades;
create type public.record as (grades public.grades, many public.grades_multirange[]);
create table public.pupils (
  passed public.passed, record public.record, many public.grades_multirange, each public.grades[]
);
create index pupils_many on public.pupils using gist (many);
create view public.worst as select lower(passed) from public.pupils;
