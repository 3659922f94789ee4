-- Database webhooks: triggers that call a URL through pg_net.
create table supabase_functions.migrations (
    version text primary key,
    inserted_at timestamptz default now() not null
);
create table supabase_functions.hooks (
    id bigserial primary key,
    hook_table_id integer not null,
    hook_name text not null,
    created_at timestamptz default now() not null,
    request_id bigint
);
comment on table supabase_functions.hooks is
    'Supabase Functions Hooks: Audit trail for triggered hooks.';
create index supabase_functions_hooks_request_id_idx on supabase_functions.hooks (request_id);
create index supabase_functions_hooks_h_table_id_h_name_idx
    on supabase_functions.hooks (hook_table_id, hook_name);

-- Arguments: url, method, headers, params, timeout in milliseconds; `null` stands for none.
create function supabase_functions.http_request() returns trigger
    language plpgsql security definer
    set search_path = supabase_functions
    as $$
        declare
            url constant text := nullif(tg_argv[0], 'null');
            method constant text := upper(nullif(tg_argv[1], 'null'));
            headers constant jsonb := coalesce(
                nullif(tg_argv[2], 'null'), '{"Content-Type": "application/json"}'
            );
            params constant jsonb := coalesce(nullif(tg_argv[3], 'null'), '{}');
            patience constant integer := coalesce(nullif(tg_argv[4], 'null'), '1000');
            request_id bigint;
        begin
            if url is null then
                raise exception 'url argument is missing';
            end if;
            if method is null then
                raise exception 'method argument is missing';
            end if;
            if method not in ('GET', 'POST') then
                raise exception 'method argument % is invalid', method;
            end if;
            -- Without pg_net there is nobody to make the request.
            if to_regproc('net.http_post') is null then
                raise notice 'airlock: the webhook of % is not called: pg_net is not installed',
                    tg_relid::regclass;
            elsif method = 'GET' then
                execute 'select net.http_get($1, $2, $3, $4)'
                into request_id
                using url, params, headers, patience;
            else
                execute 'select net.http_post($1, $2, $3, $4, $5)'
                into request_id
                using url,
                    jsonb_build_object(
                        'type', tg_op,
                        'schema', tg_table_schema,
                        'table', tg_table_name,
                        'record', case when tg_op <> 'DELETE' then to_jsonb(new) end,
                        'old_record', case when tg_op <> 'INSERT' then to_jsonb(old) end
                    ),
                    params, headers, patience;
            end if;
            insert into supabase_functions.hooks (hook_table_id, hook_name, request_id)
            values (tg_relid, tg_name, request_id);
            return coalesce(new, old);
        end
    $$;

alter table supabase_functions.migrations owner to supabase_functions_admin;
alter table supabase_functions.hooks owner to supabase_functions_admin;
