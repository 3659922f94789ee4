create table public.events (id int primary key);
create table public.clicks (target text) inherits (public.events);
create publication shop for table public.events;
