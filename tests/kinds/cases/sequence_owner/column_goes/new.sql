create table a (id serial primary key);
create sequence a_n_seq as integer;
create table b (id int default nextval('a_n_seq'));
create sequence a_k_seq as integer owned by b.id;
