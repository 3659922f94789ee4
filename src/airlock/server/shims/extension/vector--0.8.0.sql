-- A vector is kept as its text, `[1,2,3]`. The length in `vector(3)` is varchar's, whose number is 4
-- more than what is written; it is checked when a value is assigned. What SQL cannot make: an index
-- method that knows `m`, `ef_construction` or `lists`.
do $types$
declare
    name text;
begin
    foreach name in array array['vector', 'halfvec', 'sparsevec'] loop
        execute format('create type %I', name);
        execute format(
            'create function %1$I(cstring) returns %2$I '
            'language internal immutable strict parallel safe as ''textin''',
            name || '_in', name
        );
        execute format(
            'create function %1$I(%2$I) returns cstring '
            'language internal immutable strict parallel safe as ''textout''',
            name || '_out', name
        );
        execute format(
            'create function %I(cstring[]) returns integer '
            'language internal immutable strict parallel safe as ''varchartypmodin''',
            name || '_typmod_in'
        );
        execute format(
            'create function %I(integer) returns cstring '
            'language internal immutable strict parallel safe as ''varchartypmodout''',
            name || '_typmod_out'
        );
        execute format(
            'create type %1$I (input = %2$I, output = %3$I, typmod_in = %4$I, typmod_out = %5$I, '
            'internallength = variable, storage = external)',
            name, name || '_in', name || '_out', name || '_typmod_in', name || '_typmod_out'
        );
    end loop;
end
$types$;

create function airlock_elements(text) returns double precision[]
    language sql immutable strict parallel safe
    return translate($1, '[] ', '{}')::double precision[];
create function airlock_vector(double precision[]) returns text
    language sql immutable strict parallel safe
    return '[' || array_to_string($1::real[], ',') || ']';

do $both$
declare
    name text;
    template constant text := $template$
        create function l2_distance(@T, @T) returns double precision
            language sql immutable strict parallel safe
            begin atomic
                select sqrt(sum((x - y) ^ 2))
                from unnest(airlock_elements($1::text), airlock_elements($2::text)) as u (x, y);
            end;
        create function @T_l2_squared_distance(@T, @T) returns double precision
            language sql immutable strict parallel safe
            return l2_distance($1, $2) ^ 2;
        create function inner_product(@T, @T) returns double precision
            language sql immutable strict parallel safe
            begin atomic
                select sum(x * y)
                from unnest(airlock_elements($1::text), airlock_elements($2::text)) as u (x, y);
            end;
        create function @T_negative_inner_product(@T, @T) returns double precision
            language sql immutable strict parallel safe
            return - inner_product($1, $2);
        create function cosine_distance(@T, @T) returns double precision
            language sql immutable strict parallel safe
            return 1 - inner_product($1, $2)
                / nullif(sqrt(inner_product($1, $1) * inner_product($2, $2)), 0);
        create function @T_spherical_distance(@T, @T) returns double precision
            language sql immutable strict parallel safe
            return acos(least(1, greatest(-1, inner_product($1, $2)))) / pi();
        create function l1_distance(@T, @T) returns double precision
            language sql immutable strict parallel safe
            begin atomic
                select sum(abs(x - y))
                from unnest(airlock_elements($1::text), airlock_elements($2::text)) as u (x, y);
            end;
        create function vector_dims(@T) returns integer
            language sql immutable strict parallel safe
            return cardinality(airlock_elements($1::text));
        create function l2_normalize(@T) returns @T
            language sql immutable strict parallel safe
            begin atomic
                select airlock_vector(array_agg(x / sqrt(inner_product($1, $1)) order by n))::@T
                from unnest(airlock_elements($1::text)) with ordinality as u (x, n);
            end;
        create function subvector(@T, integer, integer) returns @T
            language sql immutable strict parallel safe
            return airlock_vector((airlock_elements($1::text))[$2 : $2 + $3 - 1])::@T;
        create function binary_quantize(@T) returns bit
            language sql immutable strict parallel safe
            begin atomic
                select string_agg(case when x > 0 then '1' else '0' end, '' order by n)::varbit
                from unnest(airlock_elements($1::text)) with ordinality as u (x, n);
            end;
        create function @T_add(@T, @T) returns @T
            language sql immutable strict parallel safe
            begin atomic
                select airlock_vector(array_agg(x + y order by n))::@T
                from unnest(airlock_elements($1::text), airlock_elements($2::text))
                    with ordinality as u (x, y, n);
            end;
        create function @T_sub(@T, @T) returns @T
            language sql immutable strict parallel safe
            begin atomic
                select airlock_vector(array_agg(x - y order by n))::@T
                from unnest(airlock_elements($1::text), airlock_elements($2::text))
                    with ordinality as u (x, y, n);
            end;
        create function @T_mul(@T, @T) returns @T
            language sql immutable strict parallel safe
            begin atomic
                select airlock_vector(array_agg(x * y order by n))::@T
                from unnest(airlock_elements($1::text), airlock_elements($2::text))
                    with ordinality as u (x, y, n);
            end;
        create function @T_concat(@T, @T) returns @T
            language sql immutable strict parallel safe
            return airlock_vector(airlock_elements($1::text) || airlock_elements($2::text))::@T;
        create function @T_cmp(@T, @T) returns integer
            language sql immutable strict parallel safe
            return btarraycmp(airlock_elements($1::text), airlock_elements($2::text));
        create function @T_lt(@T, @T) returns boolean
            language sql immutable strict parallel safe return @T_cmp($1, $2) < 0;
        create function @T_le(@T, @T) returns boolean
            language sql immutable strict parallel safe return @T_cmp($1, $2) <= 0;
        create function @T_eq(@T, @T) returns boolean
            language sql immutable strict parallel safe return @T_cmp($1, $2) = 0;
        create function @T_ne(@T, @T) returns boolean
            language sql immutable strict parallel safe return @T_cmp($1, $2) <> 0;
        create function @T_ge(@T, @T) returns boolean
            language sql immutable strict parallel safe return @T_cmp($1, $2) >= 0;
        create function @T_gt(@T, @T) returns boolean
            language sql immutable strict parallel safe return @T_cmp($1, $2) > 0;

        create operator <-> (
            leftarg = @T, rightarg = @T, function = l2_distance, commutator = <->);
        create operator <#> (
            leftarg = @T, rightarg = @T, function = @T_negative_inner_product, commutator = <#>);
        create operator <=> (
            leftarg = @T, rightarg = @T, function = cosine_distance, commutator = <=>);
        create operator <+> (
            leftarg = @T, rightarg = @T, function = l1_distance, commutator = <+>);
        create operator + (leftarg = @T, rightarg = @T, function = @T_add, commutator = +);
        create operator - (leftarg = @T, rightarg = @T, function = @T_sub);
        create operator * (leftarg = @T, rightarg = @T, function = @T_mul, commutator = *);
        create operator || (leftarg = @T, rightarg = @T, function = @T_concat);
        create operator < (leftarg = @T, rightarg = @T, function = @T_lt, commutator = >);
        create operator <= (leftarg = @T, rightarg = @T, function = @T_le, commutator = >=);
        create operator = (leftarg = @T, rightarg = @T, function = @T_eq, commutator = =);
        create operator <> (leftarg = @T, rightarg = @T, function = @T_ne, commutator = <>);
        create operator >= (leftarg = @T, rightarg = @T, function = @T_ge, commutator = <=);
        create operator > (leftarg = @T, rightarg = @T, function = @T_gt, commutator = <);
        create operator class @T_ops default for type @T using btree as
            operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >,
            function 1 @T_cmp(@T, @T);

        create function @T_accum(double precision[], @T) returns double precision[]
            language sql immutable parallel safe
            begin atomic
                select case
                    when $2 is null then $1
                    else array_agg(coalesce(x, 0) + y order by n)
                end
                from unnest($1, array[1::double precision] || airlock_elements($2::text))
                    with ordinality as u (x, y, n);
            end;
        create function @T_avg(double precision[]) returns @T
            language sql immutable strict parallel safe
            begin atomic
                select airlock_vector(array_agg(x / $1[1] order by n))::@T
                from unnest($1[2:]) with ordinality as u (x, n);
            end;
        create function @T_airlock_total(double precision[]) returns @T
            language sql immutable strict parallel safe
            return airlock_vector($1[2:])::@T;
        create aggregate avg(@T) (
            sfunc = @T_accum, stype = double precision[], finalfunc = @T_avg);
        create aggregate sum(@T) (
            sfunc = @T_accum, stype = double precision[], finalfunc = @T_airlock_total);

        create function @T(@T, integer, boolean) returns @T
            language plpgsql immutable strict parallel safe
            as $body$
                declare
                    found constant integer := array_length(
                        string_to_array(trim($1::text, '[] '), ','), 1);
                begin
                    if $2 > 4 and found <> $2 - 4 then
                        raise exception 'expected % dimensions, not %', $2 - 4, found
                            using errcode = 'data_exception';
                    end if;
                    return $1;
                end
            $body$;
        create cast (@T as @T) with function @T(@T, integer, boolean) as implicit;
        create function @T_to_float4(@T, integer, boolean) returns real[]
            language sql immutable strict parallel safe
            return airlock_elements($1::text)::real[];
        create function array_to_@T(integer[], integer, boolean) returns @T
            language sql immutable strict parallel safe
            return @T(airlock_vector($1::double precision[])::@T, $2, $3);
        create function array_to_@T(real[], integer, boolean) returns @T
            language sql immutable strict parallel safe
            return @T(airlock_vector($1::double precision[])::@T, $2, $3);
        create function array_to_@T(double precision[], integer, boolean) returns @T
            language sql immutable strict parallel safe
            return @T(airlock_vector($1)::@T, $2, $3);
        create function array_to_@T(numeric[], integer, boolean) returns @T
            language sql immutable strict parallel safe
            return @T(airlock_vector($1::double precision[])::@T, $2, $3);
        create cast (integer[] as @T)
            with function array_to_@T(integer[], integer, boolean) as assignment;
        create cast (real[] as @T)
            with function array_to_@T(real[], integer, boolean) as assignment;
        create cast (double precision[] as @T)
            with function array_to_@T(double precision[], integer, boolean) as assignment;
        create cast (numeric[] as @T)
            with function array_to_@T(numeric[], integer, boolean) as assignment;
    $template$;
begin
    foreach name in array array['vector', 'halfvec'] loop
        execute replace(template, '@T', name);
    end loop;
end
$both$;

create cast (vector as real[])
    with function vector_to_float4(vector, integer, boolean) as implicit;
create cast (halfvec as real[])
    with function halfvec_to_float4(halfvec, integer, boolean) as assignment;
create cast (vector as halfvec) without function as implicit;
create cast (halfvec as vector) without function as assignment;
create function vector_norm(vector) returns double precision
    language sql immutable strict parallel safe
    return sqrt(inner_product($1, $1));
create function l2_norm(halfvec) returns double precision
    language sql immutable strict parallel safe
    return sqrt(inner_product($1, $1));
create function hamming_distance(bit, bit) returns double precision
    language sql immutable strict parallel safe
    return length(replace(($1 # $2)::text, '0', ''))::double precision;
create function jaccard_distance(bit, bit) returns double precision
    language sql immutable strict parallel safe
    return 1 - length(replace(($1 & $2)::text, '0', ''))::double precision
        / nullif(length(replace(($1 | $2)::text, '0', '')), 0);
create operator <~> (
    leftarg = bit, rightarg = bit, function = hamming_distance, commutator = <~>);
create operator <%> (
    leftarg = bit, rightarg = bit, function = jaccard_distance, commutator = <%>);

-- Index methods: hash under other names, over the bytes of a value. Their classes hold no search
-- operator, so the planner never reads such an index.
create function hnswhandler(internal) returns index_am_handler
    language internal as 'hashhandler';
create function ivfflathandler(internal) returns index_am_handler
    language internal as 'hashhandler';
create access method hnsw type index handler hnswhandler;
create access method ivfflat type index handler ivfflathandler;

do $classes$
declare
    kind text;
    class record;
begin
    foreach kind in array array['vector', 'halfvec', 'sparsevec', 'bit'] loop
        execute format(
            'create function airlock_hash(%s) returns integer '
            'language internal immutable strict parallel safe as ''hashvarlena''',
            kind
        );
    end loop;
    for class in
        select t.name || '_' || d.distance || '_ops' as name, t.name as type, m.name as method
        from (values ('vector'), ('halfvec'), ('sparsevec')) as t (name),
            (values ('l2'), ('ip'), ('cosine'), ('l1')) as d (distance),
            (values ('hnsw'), ('ivfflat')) as m (name)
        where m.name = 'hnsw'
           or t.name <> 'sparsevec' and d.distance <> 'l1'
        union all
        values ('bit_hamming_ops', 'bit', 'hnsw'), ('bit_jaccard_ops', 'bit', 'hnsw'),
            ('bit_hamming_ops', 'bit', 'ivfflat')
    loop
        execute format(
            'create operator class %I %s for type %s using %I as function 1 airlock_hash(%3$s)',
            class.name,
            case when class.name = 'vector_l2_ops' and class.method = 'ivfflat' then 'default' else '' end,
            class.type,
            class.method
        );
    end loop;
end
$classes$;
