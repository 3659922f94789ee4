create role clerk;
create table kept (id integer);
create policy own on kept to clerk using (id > 7);
