create table here (id integer, note text) partition by list (id);
create table there (id integer, note text) partition by list (id);
create table part partition of here for values in (1);
create index here_id on here (id);
