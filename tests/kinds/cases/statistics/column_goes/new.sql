create table places (city text, zip text, country text);
create statistics s1 on city, zip from places;
