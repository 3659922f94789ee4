create type public.point as (x int, y int);
comment on column public.point.y is 'up';
