create table public.a (n integer);
alter table public.a add constraint small check (n < 9) not valid;
create table public.b (id integer primary key);
create table public.c (b integer);
alter table public.c add constraint at_b foreign key (b) references public.b not valid;
