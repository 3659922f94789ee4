create table a (id int generated always as identity primary key);
create table b (id int generated always as identity (sequence name shared) primary key);
create sequence taken;
