create function rumhandler(internal) returns index_am_handler
    language internal as 'ginhandler';
create access method rum type index handler rumhandler;
create function rum_ts_distance(tsvector, tsquery) returns real
    language sql immutable strict
    return (1 / nullif(ts_rank($1, $2), 0))::real;
create operator <=> (leftarg = tsvector, rightarg = tsquery, function = rum_ts_distance);
do $classes$
declare
    class text;
begin
    foreach class in array array[
        'default:rum_tsvector_ops', ':rum_tsvector_hash_ops', ':rum_tsvector_addon_ops',
        ':rum_tsvector_hash_addon_ops'
    ] loop
        execute format(
            'create operator class %I %s for type tsvector using rum as '
            'function 1 gin_cmp_tslexeme(text, text), '
            'function 2 gin_extract_tsvector(tsvector, internal, internal), '
            'function 3 gin_extract_tsquery(tsvector, internal, smallint, internal, internal, '
            'internal, internal), '
            'function 4 gin_tsquery_consistent(internal, smallint, tsvector, integer, internal, '
            'internal, internal, internal), '
            'storage text',
            split_part(class, ':', 2), split_part(class, ':', 1)
        );
    end loop;
end
$classes$;
