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

create operator class n.backwards for type int using btree family n.turned as
  operator 1 n.<, operator 2 n.<=, operator 3 =, operator 4 n.>=, operator 5 n.>,
  function 1 n.cmp(int, int), function 4 btequalimage(oid);

create table n.numbers (id int);
create index numbers_backwards on n.numbers (id n.backwards);
comment on operator class n.backwards using btree is 'greatest first';
