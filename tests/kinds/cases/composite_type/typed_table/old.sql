create type public.point as (x int, y int);
create table public.points of public.point (x not null, y default 5, primary key (x));
