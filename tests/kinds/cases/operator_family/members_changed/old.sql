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

alter operator family n.turned using btree add operator 1 n.< (int, bigint), function 1 n.cmp(int, bigint);
