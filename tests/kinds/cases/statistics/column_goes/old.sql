create table places (city text, zip text, country text, spare text);
create statistics s1 on city, zip, spare from places;
create statistics s2 on spare, country from places;
create statistics s3 on (lower(spare)), country from places;
