create function add(a int, b int) returns int language sql immutable as $$ select coalesce(a, 0) + b $$;
create function take(a int, b int) returns int language sql immutable as $$ select a - b $$;
create function done(a int) returns bigint language sql immutable as $$ select a::bigint $$;

create aggregate my_count(*) (sfunc = int8inc, stype = int8, initcond = '0');
create aggregate my_sum(amount int) (
  sfunc = add, stype = int, sspace = 16, finalfunc = done, finalfunc_modify = shareable,
  combinefunc = add, initcond = '0', msfunc = add, minvfunc = take, mstype = int, msspace = 8,
  mfinalfunc = done, mfinalfunc_modify = read_write, minitcond = '1', parallel = safe
);
create aggregate lowest(int) (sfunc = int4smaller, stype = int, sortop = operator(pg_catalog.<));
create function pick(a int[], p float8) returns int language sql as $$ select a[1] $$;
create aggregate percentile(p float8 order by v int) (sfunc = array_append, stype = int[], finalfunc = pick);
create aggregate my_rank(variadic "any" order by variadic "any") (
  sfunc = ordered_set_transition_multi, stype = internal, finalfunc = rank_final, finalfunc_extra, hypothetical
);
create aggregate average(numeric) (
  sfunc = numeric_avg_accum, stype = internal, sspace = 128, finalfunc = numeric_avg,
  combinefunc = numeric_avg_combine, serialfunc = numeric_avg_serialize,
  deserialfunc = numeric_avg_deserialize, parallel = restricted
);
