create type span as range (subtype = float8);
create view lows as select lower(span(1, 2)) as low;
create function width(a float8, b float8) returns float8 language sql return upper(span(a, b)) - lower(span(a, b));
