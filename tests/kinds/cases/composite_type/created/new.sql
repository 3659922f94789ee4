create schema geo;
create type geo.nothing as ();
create type geo.point as (x double precision, y numeric(8, 3));
create type geo.place as (name text collate "C", at geo.point, "Tags" varchar(10)[]);
create table geo.places (id int primary key, place geo.place, others geo.place[]);
create table geo.points of geo.point (primary key (x));
create function geo.nearest(geo.point) returns setof geo.place language sql
  as $$ select place from geo.places $$;
comment on type geo.place is 'somewhere';
