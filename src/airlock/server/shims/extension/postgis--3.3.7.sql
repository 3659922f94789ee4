-- A geometry is kept as its text, `SRID=4326;POINT(1 2)`. What stands in brackets after the type,
-- `geometry(Point, 4326)`, is accepted and forgotten: only C can read it.
do $types$
declare
    name text;
begin
    foreach name in array array['geometry', 'geography'] loop
        execute format('create type %I', name);
        execute format(
            'create function %1$s_in(cstring) returns %1$I '
            'language internal immutable strict parallel safe as ''textin''',
            name
        );
        execute format(
            'create function %1$s_out(%1$I) returns cstring '
            'language internal immutable strict parallel safe as ''textout''',
            name
        );
        -- The number of things in brackets, which is too small a length for varchar to show.
        execute format(
            'create function %s_typmod_in(cstring[]) returns integer '
            'language internal immutable strict parallel safe as ''array_cardinality''',
            name
        );
        execute format(
            'create function %s_typmod_out(integer) returns cstring '
            'language internal immutable strict parallel safe as ''varchartypmodout''',
            name
        );
        execute format(
            'create type %1$s (input = %1$s_in, output = %1$s_out, typmod_in = %1$s_typmod_in, '
            'typmod_out = %1$s_typmod_out, internallength = variable, alignment = int4, '
            'storage = main, delimiter = '':'')',
            name
        );
    end loop;
end
$types$;
create cast (geometry as geography) without function as implicit;
create cast (geography as geometry) without function;
create cast (text as geometry) with inout as implicit;
create cast (geometry as text) with inout as implicit;
create cast (text as geography) with inout as implicit;
create cast (geography as text) with inout as assignment;
create type geometry_dump as (path integer[], geom geometry);
create type valid_detail as (valid boolean, reason varchar, location geometry);
create domain box2d as text;
create domain box3d as text;

create table spatial_ref_sys (
    srid integer primary key check (srid > 0 and srid <= 998999),
    auth_name varchar(256),
    auth_srid integer,
    srtext varchar(2048),
    proj4text varchar(2048)
);
insert into spatial_ref_sys (srid, auth_name, auth_srid)
values (4326, 'EPSG', 4326), (3857, 'EPSG', 3857), (4269, 'EPSG', 4269);
grant select on spatial_ref_sys to public;
do $columns$
declare
    kind text;
begin
    foreach kind in array array['geometry', 'geography'] loop
        execute format(
            'create view %1$s_columns as select current_database()::varchar(256) as f_table_catalog, '
            'n.nspname as f_table_schema, c.relname as f_table_name, a.attname as f_%1$s_column, '
            '2 as coord_dimension, 0 as srid, ''GEOMETRY''::varchar(30) as type '
            'from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace '
            'join pg_catalog.pg_attribute a on a.attrelid = c.oid and not a.attisdropped '
            'where a.atttypid = %2$L::regtype and c.relkind in (''r'', ''v'', ''m'', ''f'', ''p'')',
            kind,
            '@extschema@.' || kind
        );
        execute format('grant select on %s_columns to public', kind);
    end loop;
end
$columns$;

-- Points. The parts of a point: longitude or x, latitude or y, z, SRID.
create function airlock_point(text) returns double precision[]
    language sql immutable strict parallel safe
    as $$
        select array[m[2], m[3], m[4], coalesce(m[1], '0')]::double precision[]
        from regexp_match(
            $1,
            '^(?:SRID=(\d+);)?\s*POINT\s*[ZM]*\s*\(\s*(\S+?)\s+(\S+?)(?:\s+(\S+?))?(?:\s+\S+?)?\s*\)$',
            'i'
        ) as m
    $$;
create function st_makepoint(x double precision, y double precision) returns geometry
    language sql immutable strict parallel safe
    return ('POINT(' || x || ' ' || y || ')')::geometry;
create function st_makepoint(x double precision, y double precision, z double precision)
    returns geometry
    language sql immutable strict parallel safe
    return ('POINT Z (' || x || ' ' || y || ' ' || z || ')')::geometry;
create function st_point(x double precision, y double precision) returns geometry
    language sql immutable strict parallel safe
    return st_makepoint(x, y);
create function st_point(x double precision, y double precision, srid integer) returns geometry
    language sql immutable strict parallel safe
    return ('SRID=' || srid || ';POINT(' || x || ' ' || y || ')')::geometry;
create function st_x(geometry) returns double precision
    language sql immutable strict parallel safe
    return (airlock_point($1::text))[1];
create function st_y(geometry) returns double precision
    language sql immutable strict parallel safe
    return (airlock_point($1::text))[2];
create function st_z(geometry) returns double precision
    language sql immutable strict parallel safe
    return (airlock_point($1::text))[3];

-- Text in, text out.
do $forms$
declare
    name text;
begin
    foreach name in array array[
        'st_geomfromtext', 'st_geometryfromtext', 'st_pointfromtext', 'st_polygonfromtext',
        'st_linefromtext', 'st_mpolyfromtext', 'st_geomfromewkt'
    ] loop
        execute format(
            'create function %I(text) returns geometry '
            'language sql immutable strict parallel safe return $1::geometry',
            name
        );
        execute format(
            'create function %I(text, integer) returns geometry '
            'language sql immutable strict parallel safe return (''SRID='' || $2 || '';'' || $1)::geometry',
            name
        );
    end loop;
    foreach name in array array['st_geogfromtext', 'st_geographyfromtext'] loop
        execute format(
            'create function %I(text) returns geography '
            'language sql immutable strict parallel safe return $1::geography',
            name
        );
    end loop;
end
$forms$;
create function st_srid(geom geometry) returns integer
    language sql immutable strict parallel safe
    return coalesce(substring(geom::text from '^SRID=(\d+);')::integer, 0);
create function st_setsrid(geom geometry, srid integer) returns geometry
    language sql immutable strict parallel safe
    return ('SRID=' || srid || ';' || regexp_replace(geom::text, '^SRID=\d+;', ''))::geometry;
create function st_setsrid(geog geography, srid integer) returns geography
    language sql immutable strict parallel safe
    return ('SRID=' || srid || ';' || regexp_replace(geog::text, '^SRID=\d+;', ''))::geography;
create function st_astext(geometry) returns text
    language sql immutable strict parallel safe
    return regexp_replace($1::text, '^SRID=\d+;', '');
create function st_astext(geography) returns text
    language sql immutable strict parallel safe
    return regexp_replace($1::text, '^SRID=\d+;', '');
create function st_asewkt(geometry) returns text
    language sql immutable strict parallel safe
    return $1::text;
create function st_asewkt(geography) returns text
    language sql immutable strict parallel safe
    return $1::text;
create function geometrytype(geometry) returns text
    language sql immutable strict parallel safe
    return upper(substring(st_astext($1) from '^\w+'));
create function st_geometrytype(geometry) returns text
    language sql immutable strict parallel safe
    return 'ST_' || initcap(geometrytype($1));
create function st_isvalid(geometry) returns boolean
    language sql immutable strict parallel safe
    return true;
create function st_makeenvelope(
    double precision, double precision, double precision, double precision, integer default 0
)
    returns geometry
    language sql immutable strict parallel safe
    return st_setsrid(
        format('POLYGON((%1$s %2$s,%1$s %4$s,%3$s %4$s,%3$s %2$s,%1$s %2$s))', $1, $2, $3, $4)::geometry,
        $5
    );
create function st_asgeojson(
    geom geometry, maxdecimaldigits integer default 9, options integer default 8
)
    returns text
    language plpgsql immutable strict parallel safe
    as $$
        declare
            p constant double precision[] := @extschema@.airlock_point(geom::text);
        begin
            if p is null then
                raise exception 'airlock stub: ST_AsGeoJSON() of postgis knows points only'
                    using errcode = 'feature_not_supported';
            end if;
            return format('{"type":"Point","coordinates":[%s,%s]}', p[1], p[2]);
        end
    $$;
create function st_asgeojson(
    geog geography, maxdecimaldigits integer default 9, options integer default 0
)
    returns text
    language sql immutable strict parallel safe
    return st_asgeojson(geog::geometry, maxdecimaldigits, options);
create function st_geomfromgeojson(text) returns geometry
    language plpgsql immutable strict parallel safe
    as $$
        begin
            if $1::jsonb ->> 'type' <> 'Point' then
                raise exception 'airlock stub: ST_GeomFromGeoJSON() of postgis knows points only'
                    using errcode = 'feature_not_supported';
            end if;
            return @extschema@.st_point(
                ($1::jsonb #>> '{coordinates,0}')::double precision,
                ($1::jsonb #>> '{coordinates,1}')::double precision,
                4326
            );
        end
    $$;
create function st_geomfromgeojson(jsonb) returns geometry
    language sql immutable strict parallel safe
    return st_geomfromgeojson($1::text);
create function st_geomfromgeojson(json) returns geometry
    language sql immutable strict parallel safe
    return st_geomfromgeojson($1::text);

-- Distances between points; on the globe as on a sphere of 6371008.77 m.
create function st_distance(geom1 geometry, geom2 geometry) returns double precision
    language plpgsql immutable strict parallel safe
    as $$
        declare
            a constant double precision[] := @extschema@.airlock_point(geom1::text);
            b constant double precision[] := @extschema@.airlock_point(geom2::text);
        begin
            if a is null or b is null then
                raise exception 'airlock stub: ST_Distance() of postgis knows points only'
                    using errcode = 'feature_not_supported';
            end if;
            return sqrt((a[1] - b[1]) ^ 2 + (a[2] - b[2]) ^ 2);
        end
    $$;
create function st_distance(
    geog1 geography, geog2 geography, use_spheroid boolean default true
)
    returns double precision
    language plpgsql immutable strict parallel safe
    as $$
        declare
            a constant double precision[] := @extschema@.airlock_point(geog1::text);
            b constant double precision[] := @extschema@.airlock_point(geog2::text);
        begin
            if a is null or b is null then
                raise exception 'airlock stub: ST_Distance() of postgis knows points only'
                    using errcode = 'feature_not_supported';
            end if;
            return 2 * 6371008.77 * asin(least(1, sqrt(
                sin(radians(b[2] - a[2]) / 2) ^ 2
                + cos(radians(a[2])) * cos(radians(b[2])) * sin(radians(b[1] - a[1]) / 2) ^ 2
            )));
        end
    $$;
create function st_distance(text, text) returns double precision
    language sql immutable strict parallel safe
    return st_distance($1::geometry, $2::geometry);
create function st_distancesphere(geom1 geometry, geom2 geometry) returns double precision
    language sql immutable strict parallel safe
    return st_distance(geom1::geography, geom2::geography);
create function st_dwithin(geom1 geometry, geom2 geometry, double precision) returns boolean
    language sql immutable strict parallel safe
    return st_distance(geom1, geom2) <= $3;
create function st_dwithin(
    geog1 geography, geog2 geography, tolerance double precision,
    use_spheroid boolean default true
)
    returns boolean
    language sql immutable strict parallel safe
    return st_distance(geog1, geog2) <= tolerance;

do $stubs$
declare
    stub record;
    kind text;
begin
    for stub in
        select *
        from (values
            ('st_intersects(geom1 T, geom2 T)', 'boolean'), ('st_covers(geom1 T, geom2 T)', 'boolean'),
            ('st_coveredby(geom1 T, geom2 T)', 'boolean'), ('st_area(T)', 'double precision'),
            ('st_length(T)', 'double precision'), ('st_centroid(T)', 'T'),
            ('st_buffer(T, double precision)', 'T'), ('st_intersection(T, T)', 'T'),
            ('st_perimeter(T)', 'double precision')
        ) as s (signature, returns),
            unnest(array['geometry', 'geography']) as k (kind)
        union all
        select *, 'geometry'
        from (values
            ('st_contains(geom1 T, geom2 T)', 'boolean'), ('st_within(geom1 T, geom2 T)', 'boolean'),
            ('st_overlaps(geom1 T, geom2 T)', 'boolean'), ('st_touches(geom1 T, geom2 T)', 'boolean'),
            ('st_crosses(geom1 T, geom2 T)', 'boolean'), ('st_disjoint(geom1 T, geom2 T)', 'boolean'),
            ('st_equals(geom1 T, geom2 T)', 'boolean'), ('st_transform(T, integer)', 'T'),
            ('st_union(T, T)', 'T'), ('st_difference(T, T)', 'T'), ('st_collect(T, T)', 'T'),
            ('st_makeline(T, T)', 'T'), ('st_envelope(T)', 'T'), ('st_simplify(T, double precision)', 'T'),
            ('st_makevalid(T)', 'T'), ('st_multi(T)', 'T'), ('st_convexhull(T)', 'T'),
            ('st_numpoints(T)', 'integer'), ('st_asbinary(T)', 'bytea'), ('st_geomfromwkb(bytea)', 'T'),
            ('st_geomfromwkb(bytea, integer)', 'T'), ('st_makepolygon(T)', 'T'),
            ('st_asmvtgeom(T, box2d, integer, integer, boolean)', 'T'),
            ('st_tileenvelope(integer, integer, integer)', 'T'), ('st_closestpoint(T, T)', 'T'),
            ('st_azimuth(T, T)', 'double precision'), ('st_geohash(T, integer)', 'text')
        ) as s (signature, returns)
    loop
        execute format(
            'create function %s returns %s language plpgsql immutable strict parallel safe as %L',
            regexp_replace(stub.signature, '\mT\M', stub.kind, 'g'),
            replace(stub.returns, 'T', stub.kind),
            format(
                'begin raise exception %L using errcode = ''feature_not_supported''; end',
                'airlock stub: ' || split_part(stub.signature, '(', 1)
                    || '() of postgis is not available on this server'
            )
        );
    end loop;
end
$stubs$;
create function postgis_version() returns text
    language sql immutable
    return '3.3 airlock stub';
create function postgis_full_version() returns text
    language sql immutable
    return 'POSTGIS="3.3.7" (airlock stub)';
create function addgeometrycolumn(
    schema_name varchar, table_name varchar, column_name varchar, new_srid integer,
    new_type varchar, new_dim integer, use_typmod boolean default true
)
    returns text
    language plpgsql strict
    as $$
        begin
            execute format(
                'alter table %I.%I add column %I @extschema@.geometry', schema_name, table_name, column_name
            );
            return format('%s.%s.%s', schema_name, table_name, column_name);
        end
    $$;

-- Operators and index classes; the classes hold no search operator, so that the planner does not read
-- such an index.
do $operators$
declare
    template constant text := $template$
        create function airlock_same(@T, @T) returns boolean
            language sql immutable strict parallel safe
            return $1::text = $2::text;
        create function airlock_compare(@T, @T) returns integer
            language sql immutable strict parallel safe
            return bttextcmp($1::text collate "C", $2::text collate "C");
        create function airlock_below(@T, @T) returns boolean
            language sql immutable strict parallel safe return airlock_compare($1, $2) < 0;
        create function airlock_to(@T, @T) returns boolean
            language sql immutable strict parallel safe return airlock_compare($1, $2) <= 0;
        create function airlock_from(@T, @T) returns boolean
            language sql immutable strict parallel safe return airlock_compare($1, $2) >= 0;
        create function airlock_above(@T, @T) returns boolean
            language sql immutable strict parallel safe return airlock_compare($1, $2) > 0;
        create function airlock_boxes(@T, @T) returns boolean
            language sql immutable strict parallel safe return st_intersects($1, $2);
        create function airlock_distance(@T, @T) returns double precision
            language sql immutable strict parallel safe return st_distance($1, $2);
        create operator < (leftarg = @T, rightarg = @T, function = airlock_below);
        create operator <= (leftarg = @T, rightarg = @T, function = airlock_to);
        create operator = (leftarg = @T, rightarg = @T, function = airlock_same, commutator = =);
        create operator >= (leftarg = @T, rightarg = @T, function = airlock_from);
        create operator > (leftarg = @T, rightarg = @T, function = airlock_above);
        create operator && (leftarg = @T, rightarg = @T, function = airlock_boxes, commutator = &&);
        create operator <-> (
            leftarg = @T, rightarg = @T, function = airlock_distance, commutator = <->);
        create operator class btree_@T_ops default for type @T using btree as
            operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >,
            function 1 airlock_compare(@T, @T);
        create operator class @C default for type @T using gist as
            function 1 airlock_consistent(internal, bytea, smallint, oid, internal),
            function 2 airlock_union(internal, internal),
            function 3 airlock_compress(internal),
            function 4 airlock_decompress(internal),
            function 5 airlock_penalty(internal, internal, internal),
            function 6 airlock_picksplit(internal, internal),
            function 7 airlock_same(bytea, bytea, internal),
            storage bytea;
    $template$;
begin
    create function airlock_consistent(internal, bytea, smallint, oid, internal) returns boolean
        language c immutable strict parallel safe as '$libdir/btree_gist', 'gbt_bytea_consistent';
    create function airlock_union(internal, internal) returns bytea
        language c immutable strict parallel safe as '$libdir/btree_gist', 'gbt_bytea_union';
    create function airlock_compress(internal) returns internal
        language c immutable strict parallel safe as '$libdir/btree_gist', 'gbt_bytea_compress';
    create function airlock_decompress(internal) returns internal
        language c immutable strict parallel safe as '$libdir/btree_gist', 'gbt_var_decompress';
    create function airlock_penalty(internal, internal, internal) returns internal
        language c immutable strict parallel safe as '$libdir/btree_gist', 'gbt_bytea_penalty';
    create function airlock_picksplit(internal, internal) returns internal
        language c immutable strict parallel safe as '$libdir/btree_gist', 'gbt_bytea_picksplit';
    create function airlock_same(bytea, bytea, internal) returns internal
        language c immutable strict parallel safe as '$libdir/btree_gist', 'gbt_bytea_same';
    execute replace(replace(template, '@T', 'geometry'), '@C', 'gist_geometry_ops_2d');
    execute replace(replace(template, '@T', 'geography'), '@C', 'gist_geography_ops');
end
$operators$;
