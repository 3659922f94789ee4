create table here (id integer, note text, label inet) partition by list (id);
create table there (id integer, note text) partition by list (id);
create table part partition of there for values in (1);
create index there_note on there (note);
