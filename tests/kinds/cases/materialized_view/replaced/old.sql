create table sales (id int primary key, region text, amount int);
create materialized view by_region as select region, sum(amount) as total from sales group by region;
create unique index by_region_key on by_region (region);
create index by_region_total on by_region (total);
create view top as select region from by_region where total > 10;
comment on materialized view by_region is 'sums';
