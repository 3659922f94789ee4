create sequence a_id_seq as integer;
create table b (id int default nextval('a_id_seq'));
alter sequence a_id_seq owned by b.id;
