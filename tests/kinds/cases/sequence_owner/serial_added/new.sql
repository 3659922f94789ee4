create table a (name text, id serial, big bigserial not null);
create table "B c" ("Id x" smallserial primary key);
