create type public.address as (street text, city text, zip varchar(10), country text collate "C");
create table public.people (id int primary key, home public.address);
create view public.homes as select (home).city from public.people;
create table public.addresses of public.address;
