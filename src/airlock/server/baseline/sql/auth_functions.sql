-- Who is asking, read from the settings that the Data API makes from a request's token: the whole
-- of it as JSON in request.jwt.claims, or one claim each in request.jwt.claim.NAME (older servers).
set local role supabase_auth_admin;

create function auth.uid() returns uuid
    language sql stable
    as $$
        select coalesce(
            nullif(current_setting('request.jwt.claim.sub', true), ''),
            nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
        )::uuid
    $$;
create function auth.role() returns text
    language sql stable
    as $$
        select coalesce(
            nullif(current_setting('request.jwt.claim.role', true), ''),
            nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
        )
    $$;
create function auth.email() returns text
    language sql stable
    as $$
        select coalesce(
            nullif(current_setting('request.jwt.claim.email', true), ''),
            nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email'
        )
    $$;
create function auth.jwt() returns jsonb
    language sql stable
    as $$
        select coalesce(
            nullif(current_setting('request.jwt.claim', true), ''),
            nullif(current_setting('request.jwt.claims', true), '')
        )::jsonb
    $$;

-- Tables of before 2025 have row security; `postgres` may let others read them, and no more.
do $protect$
declare
    name text;
begin
    foreach name in array array[
        'audit_log_entries', 'flow_state', 'identities', 'instances', 'mfa_amr_claims',
        'mfa_challenges', 'mfa_factors', 'one_time_tokens', 'refresh_tokens', 'saml_providers',
        'saml_relay_states', 'schema_migrations', 'sessions', 'sso_domains', 'sso_providers', 'users'
    ] loop
        execute format('alter table auth.%I enable row level security', name);
        execute format('grant select on auth.%I to postgres with grant option', name);
    end loop;
end
$protect$;

revoke all on auth.schema_migrations from postgres, dashboard_user;
grant select on auth.schema_migrations to postgres;

reset role;
