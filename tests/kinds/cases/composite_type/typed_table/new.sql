create type public.point as (x int, y int);
create table public.points (x int not null, y int default 5, primary key (x));
