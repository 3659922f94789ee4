create table base (id integer not null);
