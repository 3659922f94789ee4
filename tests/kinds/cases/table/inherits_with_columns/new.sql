create table assets (id bigint, bought date);
create table vehicles (plate text) inherits (assets);
