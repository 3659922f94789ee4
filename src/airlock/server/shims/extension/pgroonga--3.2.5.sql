create function pgroonga_handler(internal) returns index_am_handler
    language internal as 'hashhandler';
create access method pgroonga type index handler pgroonga_handler;

do $types$
declare
    kind text;
begin
    foreach kind in array array['text', 'varchar', 'text[]', 'varchar[]', 'jsonb'] loop
        execute format(
            'create function pgroonga_airlock_hash(%s) returns integer '
            'language internal immutable strict as ''hashvarlena''',
            kind
        );
        execute format(
            'create operator class %I default for type %s using pgroonga as '
            'function 1 pgroonga_airlock_hash(%2$s)',
            'pgroonga_' || replace(kind, '[]', '_array') || '_ops', kind
        );
        execute format(
            'create function pgroonga_airlock_match(%s, text) returns boolean '
            'language sql immutable strict return position(lower($2) in lower($1::text)) > 0',
            kind
        );
        execute format(
            'create operator &@ (leftarg = %s, rightarg = text, function = pgroonga_airlock_match)', kind
        );
        execute format(
            'create operator &@~ (leftarg = %s, rightarg = text, function = pgroonga_airlock_match)', kind
        );
    end loop;
    foreach kind in array array[
        'text_full_text_search_ops_v2', 'text_term_search_ops_v2', 'text_regexp_ops_v2',
        'text_full_text_search_ops', 'text_term_search_ops'
    ] loop
        execute format(
            'create operator class %I for type text using pgroonga as function 1 pgroonga_airlock_hash(text)',
            'pgroonga_' || kind
        );
    end loop;
    foreach kind in array array['varchar_full_text_search_ops_v2', 'varchar_term_search_ops_v2'] loop
        execute format(
            'create operator class %I for type varchar using pgroonga as '
            'function 1 pgroonga_airlock_hash(varchar)',
            'pgroonga_' || kind
        );
    end loop;
end
$types$;
create function pgroonga_score(tableoid oid, ctid tid) returns double precision
    language sql volatile strict
    return 1::double precision;
