create table places (city text, zip varchar(10), country text);
create statistics s1 (dependencies, ndistinct) on city, zip from places;
create statistics s2 (dependencies) on city, zip from places;
alter statistics s2 set statistics 100;
create statistics s3 (mcv) on city, zip from places;
