create table a (id int not null, other int);
create table b (id int not null);
create sequence free;
create sequence tied owned by a.id;
create sequence moved owned by a.id;
create sequence renamed owned by a.id;
