create schema o;
create function o.same(int, text) returns boolean language sql immutable as $$ select true $$;
create function o.same(text, int) returns boolean language sql immutable as $$ select true $$;
create function o.other(int, text) returns boolean language sql immutable as $$ select false $$;
create function o.turned(bigint) returns bigint language sql immutable as $$ select -$1 $$;
create operator o.=== (
  function = o.same, leftarg = int, rightarg = text, commutator = operator(o.===),
  negator = operator(o.!==), restrict = eqsel, join = eqjoinsel, hashes, merges
);
create operator o.!== (
  function = o.other, leftarg = int, rightarg = text, negator = operator(o.===),
  restrict = neqsel, join = neqjoinsel
);
create operator o.=== (
  function = o.same, leftarg = text, rightarg = int, commutator = operator(o.===)
);
create operator o.@@- (function = o.turned, rightarg = bigint);
comment on operator o.@@- (none, bigint) is 'the other way round';
create view o.turns as select operator(o.@@-) 5::bigint as five;
