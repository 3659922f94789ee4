create table places (id integer, name text) partition by list (id);
