create type span as range (subtype = numeric);
create view lows as select lower(span(1, 2)) as low;
create function width(a float8, b float8) returns numeric language sql return upper(span(a::numeric, b::numeric)) - lower(span(a::numeric, b::numeric));
