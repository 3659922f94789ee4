create table pairs (id integer);
create table twins (id integer, constraint twins_key primary key (id));
alter table twins add constraint twins_once unique (id);
