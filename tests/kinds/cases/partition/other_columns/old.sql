create table visits (id integer, page text not null) partition by range (id);
create table visits_1 partition of visits for values from (1) to (10);
create index on visits (page);
