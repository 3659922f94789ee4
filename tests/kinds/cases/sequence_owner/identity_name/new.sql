create table a (id int generated always as identity (sequence name taken) primary key);
create table b (id int primary key);
create sequence shared;
