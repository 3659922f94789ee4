create table moves (id bigint);
alter table moves replica identity nothing;

create table stays (id bigint);
alter table stays replica identity full;
