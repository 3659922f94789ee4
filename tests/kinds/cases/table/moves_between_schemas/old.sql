create schema a;
create schema b;
create table a.items (id bigint primary key);
create table public.lines (item bigint references a.items);
