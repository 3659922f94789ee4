create schema a;
create schema b;
create table b.items (id bigint primary key);
create table public.lines (item bigint references b.items);
