create type public.address as (street text, floor int, city text);
create table public.people (id int primary key, home public.address);
create view public.homes as select (home).city, (home).floor from public.people;
