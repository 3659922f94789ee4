create table visits (visit integer not null primary key, host text not null) partition by range (visit);
create table visits_1 partition of visits for values from (1) to (10);
create index on visits (host);
