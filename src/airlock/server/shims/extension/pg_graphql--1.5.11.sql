create sequence graphql.seq_schema_version as integer cycle;

create function graphql.get_schema_version() returns integer
    language sql security definer
    set search_path = ''
    as $$
        select last_value::integer
        from graphql.seq_schema_version
    $$;
create function graphql.comment_directive(comment_ text) returns jsonb
    language sql immutable
    as $$
        select coalesce(substring(comment_ from '@graphql\((\{.*?\})\)')::jsonb, '{}')
    $$;
create function graphql.exception(message text) returns text
    language plpgsql
    as $$
        begin
            raise exception using errcode = '22000', message = message;
        end
    $$;
create function graphql._internal_resolve(
    query text, variables jsonb default '{}', "operationName" text default null,
    extensions jsonb default null
)
    returns jsonb
    language sql
    as $$
        select jsonb_build_object('data', null, 'errors', jsonb_build_array(jsonb_build_object(
            'message', 'airlock stub: pg_graphql is not available on this server'
        )))
    $$;
create function graphql.resolve(
    query text, variables jsonb default '{}', "operationName" text default null,
    extensions jsonb default null
)
    returns jsonb
    language sql
    as $$
        select graphql._internal_resolve(query, variables, "operationName", extensions)
    $$;
