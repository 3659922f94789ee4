-- What the platform does after certain extensions come and go.
create function extensions.grant_pg_cron_access() returns event_trigger
    language plpgsql
    set search_path = ''
    as $$
        declare
            kind text;
        begin
            if not exists (
                select
                from pg_catalog.pg_event_trigger_ddl_commands() as command
                join pg_catalog.pg_extension as extension on extension.oid = command.objid
                where extension.extname = 'pg_cron'
            ) then
                return;
            end if;
            grant usage on schema cron to postgres with grant option;
            foreach kind in array array['tables', 'functions', 'sequences'] loop
                execute pg_catalog.format(
                    'grant all on all %s in schema cron to postgres with grant option', kind
                );
                execute pg_catalog.format(
                    'alter default privileges for role supabase_admin in schema cron '
                    'grant all on %s to postgres with grant option',
                    kind
                );
            end loop;
            revoke all on cron.job from postgres;
            grant select on cron.job to postgres with grant option;
            revoke trigger on cron.job_run_details from postgres;
        end
    $$;
comment on function extensions.grant_pg_cron_access() is 'Grants access to pg_cron';

create function extensions.grant_pg_net_access() returns event_trigger
    language plpgsql
    set search_path = ''
    as $$
        begin
            if exists (
                select
                from pg_catalog.pg_event_trigger_ddl_commands() as command
                join pg_catalog.pg_extension as extension on extension.oid = command.objid
                where extension.extname = 'pg_net'
            ) then
                grant usage on schema net
                    to supabase_functions_admin, postgres, anon, authenticated, service_role;
            end if;
        end
    $$;
comment on function extensions.grant_pg_net_access() is 'Grants access to pg_net';

create function extensions.grant_pg_graphql_access() returns event_trigger
    language plpgsql
    set search_path = ''
    as $$
        begin
            if not exists (
                select
                from pg_catalog.pg_event_trigger_ddl_commands() as command
                join pg_catalog.pg_extension as extension on extension.oid = command.objid
                where extension.extname = 'pg_graphql'
            ) then
                return;
            end if;
            drop function if exists graphql_public.graphql(text, text, jsonb, jsonb);
            create function graphql_public.graphql(
                "operationName" text default null, query text default null,
                variables jsonb default null, extensions jsonb default null
            )
                returns jsonb
                language sql
                set search_path = ''
                as $wrapper$
                    select graphql.resolve(
                        query => query,
                        variables => coalesce(variables, '{}'),
                        "operationName" => "operationName",
                        extensions => extensions
                    )
                $wrapper$;
            -- Dropped with the extension, which brings the placeholder back.
            alter extension pg_graphql add function graphql_public.graphql(text, text, jsonb, jsonb);
            grant usage on schema graphql to anon, authenticated, service_role;
            grant usage on schema graphql to postgres with grant option;
            grant execute on all functions in schema graphql
                to postgres, anon, authenticated, service_role;
        end
    $$;
comment on function extensions.grant_pg_graphql_access() is 'Grants access to pg_graphql';

create function extensions.set_graphql_placeholder() returns event_trigger
    language plpgsql
    set search_path = ''
    as $$
        begin
            if pg_catalog.to_regproc('graphql_public.graphql') is not null then
                return;
            end if;
            create function graphql_public.graphql(
                "operationName" text default null, query text default null,
                variables jsonb default null, extensions jsonb default null
            )
                returns jsonb
                language sql
                as $placeholder$
                    select '{"errors": [{"message": "pg_graphql extension is not enabled."}]}'::jsonb
                $placeholder$;
        end
    $$;
comment on function extensions.set_graphql_placeholder() is
    'Reintroduces placeholder function for graphql_public.graphql';

-- These tell the Data API to reload. Their event triggers, pgrst_ddl_watch and pgrst_drop_watch, are left
-- out: nobody listens here, and every statement of a migration would pay.
create function extensions.pgrst_ddl_watch() returns event_trigger
    language plpgsql
    as $$
        begin
            notify pgrst, 'reload schema';
        end
    $$;
create function extensions.pgrst_drop_watch() returns event_trigger
    language plpgsql
    as $$
        begin
            notify pgrst, 'reload schema';
        end
    $$;

create event trigger issue_pg_cron_access on ddl_command_end
    when tag in ('CREATE EXTENSION')
    execute function extensions.grant_pg_cron_access();
create event trigger issue_pg_net_access on ddl_command_end
    when tag in ('CREATE EXTENSION')
    execute function extensions.grant_pg_net_access();
create event trigger issue_pg_graphql_access on ddl_command_end
    when tag in ('CREATE EXTENSION')
    execute function extensions.grant_pg_graphql_access();
create event trigger issue_graphql_placeholder on sql_drop
    when tag in ('DROP EXTENSION')
    execute function extensions.set_graphql_placeholder();
