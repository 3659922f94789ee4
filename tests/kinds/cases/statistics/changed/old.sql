create table places (city text, zip text, country text);
create statistics s1 (dependencies) on city, zip from places;
create statistics s2 (dependencies) on city, zip from places;
create statistics s3 (mcv) on city, zip from places;
alter statistics s3 set statistics 10;
create statistics s4 on city, zip from places;
