create table a (id serial primary key, name text);
