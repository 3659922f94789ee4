create schema n;
create function n.lt(int, int) returns boolean language sql immutable as $$ select $1 > $2 $$;
create function n.le(int, int) returns boolean language sql immutable as $$ select $1 >= $2 $$;
create function n.ge(int, int) returns boolean language sql immutable as $$ select $1 <= $2 $$;
create function n.gt(int, int) returns boolean language sql immutable as $$ select $1 < $2 $$;
create function n.cmp(int, int) returns int language sql immutable as $$ select btint4cmp($2, $1) $$;
create function n.cmp(int, bigint) returns int language sql immutable as $$ select btint8cmp($2, $1) $$;
create function n.lt(int, bigint) returns boolean language sql immutable as $$ select $1 > $2 $$;
create operator n.< (function = n.lt, leftarg = int, rightarg = int);
create operator n.<= (function = n.le, leftarg = int, rightarg = int);
create operator n.>= (function = n.ge, leftarg = int, rightarg = int);
create operator n.> (function = n.gt, leftarg = int, rightarg = int);
create operator n.< (function = n.lt, leftarg = int, rightarg = bigint);
create operator family n.turned using btree;

alter operator family n.turned using btree add
  operator 1 n.< (int, bigint), function 1 n.cmp(int, bigint), function 2 (int, int) btint4sortsupport(internal);
create operator family n."Empty" using gist;
comment on operator family n."Empty" using gist is 'nothing yet';
create operator class n.spots for type point using gist family n."Empty" as
  operator 15 <-> (point, point) for order by float_ops, operator 6 ~= (point, point),
  function 1 gist_point_consistent(internal, point, smallint, oid, internal),
  function 2 gist_box_union(internal, internal),
  function 3 gist_point_compress(internal),
  function 5 gist_box_penalty(internal, internal, internal),
  function 6 gist_box_picksplit(internal, internal),
  function 7 gist_box_same(box, box, internal),
  function 8 (point, point) gist_point_distance(internal, point, smallint, oid, internal),
  storage box;
