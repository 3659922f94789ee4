create table public.a (id integer not null, n integer not null, constraint k primary key (id), constraint u unique (n));
alter table public.a cluster on u;
alter table public.a replica identity using index u;
