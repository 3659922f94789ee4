create table base (id integer not null);
create table child () inherits (base);
alter table child add constraint child_key primary key (id);
