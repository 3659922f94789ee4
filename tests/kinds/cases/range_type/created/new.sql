create schema r;
create function r.time_distance(time, time) returns double precision language sql immutable
  as $$ select extract(epoch from ($1 - $2))::double precision $$;
create type r.hours as range (
  subtype = time, subtype_diff = r.time_distance, multirange_type_name = r.many_hours
);
create type r.words as range (subtype = text, collation = "C", subtype_opclass = text_pattern_ops);
create table r.shops (id int primary key, open r.hours, closed r.many_hours, words r.words[]);
