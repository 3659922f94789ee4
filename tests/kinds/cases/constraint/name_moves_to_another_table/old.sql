create table here (id integer, constraint the_key primary key (id));
create table there (id integer);
