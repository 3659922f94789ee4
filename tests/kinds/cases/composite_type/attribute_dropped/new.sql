create type public.address as (street text, city text);
create table public.people (id int primary key, home public.address);
create view public.homes as select (home).city, 1 as floor from public.people;
