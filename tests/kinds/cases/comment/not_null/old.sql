create table parcels (id bigint primary key, weight numeric not null, size numeric constraint sized not null);
comment on constraint sized on parcels is 'before';
