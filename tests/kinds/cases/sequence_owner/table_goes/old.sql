create table a (id serial primary key);
create table b (id int default nextval('a_id_seq'));
