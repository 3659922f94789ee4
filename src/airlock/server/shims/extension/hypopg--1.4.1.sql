create function hypopg(
    out indexname text, out indexrelid oid, out indrelid oid, out innatts integer,
    out indisunique boolean, out indkey int2vector, out indcollation oidvector,
    out indclass oidvector, out indoption oidvector, out indexprs pg_node_tree,
    out indpred pg_node_tree, out amid oid
)
    returns setof record
    language sql
    begin atomic
        select null::text, null::oid, null::oid, null::integer, null::boolean, null::int2vector,
            null::oidvector, null::oidvector, null::oidvector, null::pg_node_tree,
            null::pg_node_tree, null::oid
        where false;
    end;
create function hypopg_create_index(sql_order text, out indexrelid oid, out indexname text)
    returns setof record
    language plpgsql strict
    as $$
        begin
            raise exception 'airlock stub: hypopg_create_index() is not available on this server'
                using errcode = 'feature_not_supported';
        end
    $$;
create function hypopg_reset_index() returns void language sql as '';
create function hypopg_reset() returns void language sql as '';
create function hypopg_drop_index(indexid oid) returns boolean
    language sql strict
    return false;
create function hypopg_relation_size(indexid oid) returns bigint
    language sql strict
    return 0::bigint;
create function hypopg_get_indexdef(indexid oid) returns text
    language sql strict
    return null::text;
create function hypopg_hide_index(indexid oid) returns boolean
    language sql strict
    return false;
create function hypopg_unhide_index(indexid oid) returns boolean
    language sql strict
    return false;
create function hypopg_unhide_all_indexes() returns void language sql as '';
create function hypopg_hidden_indexes() returns table (indexid oid)
    language sql
    begin atomic
        select null::oid where false;
    end;
create view hypopg_list_indexes as
    select h.indexrelid, h.indexname as index_name, n.nspname as schema_name,
        coalesce(c.relname, '<dropped>') as table_name, am.amname as am_name
    from hypopg() h
    left join pg_catalog.pg_class c on c.oid = h.indrelid
    left join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    left join pg_catalog.pg_am am on am.oid = h.amid;
