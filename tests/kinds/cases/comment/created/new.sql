do $$
begin
  if to_regrole('gardener') is null then
    create role gardener;
  end if;
end
$$;

comment on role gardener is 'waters it';
create schema garden;
grant usage on schema garden to gardener;
comment on schema garden is 'what grows, and where';
create type garden.season as enum ('spring', 'autumn');
comment on type garden.season is 'when to sow';
create domain garden.depth as integer constraint positive check (value > 0);
comment on domain garden.depth is 'in centimetres';
comment on constraint positive on domain garden.depth is 'above ground nothing is sown';
create type garden.spot as (x integer, y integer);
comment on type garden.spot is 'where';
comment on column garden.spot.x is 'from the gate';
create table garden.beds (
  id bigint generated always as identity constraint beds_key primary key,
  name text not null,
  depth garden.depth,
  number serial,
  check (name <> '')
);
comment on table garden.beds is 'it''s a bed, with a \ in it';
comment on column garden.beds.name is 'as on the sign';
comment on column garden.beds.depth is E'two\nlines';
comment on constraint beds_key on garden.beds is 'the key';
comment on index garden.beds_key is 'its index';
comment on constraint beds_name_check on garden.beds is 'a name is needed';
comment on sequence garden.beds_id_seq is 'identity';
comment on sequence garden.beds_number_seq is 'serial';
create index beds_by_name on garden.beds (name);
comment on index garden.beds_by_name is 'for the list';
create view garden.deep as select id, name from garden.beds where depth > 10;
comment on view garden.deep is 'deep ones';
comment on column garden.deep.name is 'of a deep one';
create materialized view garden.counts as select count(*) as beds from garden.beds;
comment on materialized view garden.counts is 'how many';
comment on column garden.counts.beds is 'that many';
create function garden.area(integer, integer) returns integer language sql immutable return $1 * $2;
comment on function garden.area(integer, integer) is 'width times length';
create procedure garden.water() language sql begin atomic select 1; end;
comment on procedure garden.water() is 'all beds';
create aggregate garden.joined(text) (sfunc = pg_catalog.textcat, stype = text);
comment on aggregate garden.joined(text) is 'in no order';
create function garden.changed() returns trigger language plpgsql as 'begin return new; end';
create trigger changed before update on garden.beds for each row execute function garden.changed();
comment on trigger changed on garden.beds is 'does nothing';
create policy everybody on garden.beds for select using (true);
comment on policy everybody on garden.beds is 'the garden is open';
create rule no_delete as on delete to garden.beds do instead nothing;
comment on rule no_delete on garden.beds is 'beds stay';
create statistics garden.beds_stats on name, depth from garden.beds;
comment on statistics garden.beds_stats is 'they go together';
create publication garden_beds for table garden.beds;
comment on publication garden_beds is 'for the neighbours';
create cast (garden.spot as text) with inout;
comment on cast (garden.spot as text) is 'as it prints';
create operator garden.~~> (function = garden.area, leftarg = integer, rightarg = integer);
comment on operator garden.~~> (integer, integer) is 'the area';
create text search dictionary garden.names (template = pg_catalog.simple);
comment on text search dictionary garden.names is 'of plants';
create text search configuration garden.plants (copy = pg_catalog.simple);
comment on text search configuration garden.plants is 'for the search';
create collation garden.plain (provider = libc, locale = 'C');
comment on collation garden.plain is 'byte by byte';
