create table a (name text);
