create table here (id integer);
create table there (id integer, constraint the_key primary key (id));
create table fresh (id integer);
