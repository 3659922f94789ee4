create schema stats;
create table places (city text, zip text, country text, at timestamp);
create statistics city_zip (dependencies) on city, zip from places;
create statistics stats."All of it" on city, zip, country from places;
create statistics by_month on (date_trunc('month', at)) from places;
create statistics mixed (ndistinct, mcv) on city, (lower(zip)), country from places;
alter statistics mixed set statistics 500;
alter statistics city_zip set statistics 0;
