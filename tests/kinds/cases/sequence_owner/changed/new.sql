create table a (id int not null, other int);
create table b (id int not null);
create sequence free owned by b.id;
create sequence tied;
create sequence moved owned by b.id;
create sequence renamed owned by a.other;
