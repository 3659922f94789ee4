create schema shop;
create domain shop.email as text collate "C" default 'nobody@example.org' not null;
create domain shop.amount as numeric(12, 2) default 0;
create domain shop."Tags" as varchar(20)[];
create domain shop.work_email as shop.email;
create table shop.customers (email shop.work_email primary key, "Tags" shop."Tags", spent shop.amount);
