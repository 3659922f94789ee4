-- Schemas, who may use them, and what new objects in them grant by default.
alter schema public owner to pg_database_owner;
revoke create on schema public from public;
grant usage on schema public to postgres, anon, authenticated, service_role;

create schema extensions authorization postgres;
grant usage on schema extensions to anon, authenticated, service_role;
grant all on schema extensions to dashboard_user;

create schema auth;
grant all on schema auth to supabase_auth_admin, dashboard_user;
grant usage on schema auth to postgres, anon, authenticated, service_role;

create schema storage;
grant all on schema storage to supabase_storage_admin with grant option;
grant all on schema storage to dashboard_user;
grant usage on schema storage to postgres with grant option;
grant usage on schema storage to anon, authenticated, service_role;

create schema realtime;
grant all on schema realtime to supabase_realtime_admin with grant option;
grant usage on schema realtime to postgres with grant option;
grant usage on schema realtime to anon, authenticated, service_role;

create schema graphql;
create schema graphql_public;
grant usage on schema graphql_public to postgres with grant option;
grant usage on schema graphql_public to anon, authenticated, service_role;

create schema pgbouncer authorization pgbouncer;

create schema vault;

create schema supabase_functions;
grant all on schema supabase_functions to supabase_functions_admin;
grant usage on schema supabase_functions to postgres, anon, authenticated, service_role;

-- The old exposure of `public`; closed.sql takes back what the platform no longer grants.
alter default privileges for role postgres in schema public
    grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public
    grant all on functions to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public
    grant all on sequences to postgres, anon, authenticated, service_role;

do $defaults$
declare
    -- owner, schema, receivers, with grant option
    wanted text[];
    kind text;
begin
    foreach wanted slice 1 in array array[
        ['supabase_admin', 'public', 'postgres, anon, authenticated, service_role', ''],
        ['supabase_admin', 'graphql_public', 'postgres, anon, authenticated, service_role', ''],
        ['supabase_admin', 'supabase_functions', 'postgres, anon, authenticated, service_role', ''],
        ['supabase_admin', 'realtime', 'postgres, dashboard_user', ''],
        ['supabase_admin', 'extensions', 'postgres', ' with grant option'],
        ['supabase_auth_admin', 'auth', 'postgres, dashboard_user', ''],
        ['postgres', 'storage', 'postgres, anon, authenticated, service_role', '']
    ] loop
        foreach kind in array array['tables', 'functions', 'sequences'] loop
            execute format(
                'alter default privileges for role %I in schema %I grant all on %s to %s%s',
                wanted[1], wanted[2], kind, wanted[3], wanted[4]
            );
        end loop;
    end loop;
end
$defaults$;
