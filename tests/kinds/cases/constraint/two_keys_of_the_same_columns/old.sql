create table pairs (id integer);
