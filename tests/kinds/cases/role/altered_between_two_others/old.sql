create role clerk login;
create table gone (id integer);
grant select on gone to clerk;
create table kept (id integer);
create policy own on kept to clerk using (exists (select from gone));
