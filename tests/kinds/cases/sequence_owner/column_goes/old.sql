create table a (id serial primary key, n serial, k serial);
create table b (id int);
