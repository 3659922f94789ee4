create table parcels (id bigint primary key, weight numeric not null, size numeric constraint sized not null);
comment on constraint parcels_weight_not_null on parcels is 'weighed at the counter';
comment on constraint sized on parcels is 'after';
