-- The platform's roles. They belong to the whole server; attributes and memberships are put right
-- each time, settings are given once: a project may change those (`alter role authenticator set …`).
lock table pg_catalog.pg_authid in share row exclusive mode;

-- Whoever started a server that is not Airlock's own, the platform's superuser acts there too. Nobody
-- logs in as it, so it gets neither LOGIN nor a password.
do $platform$
declare
    present pg_catalog.pg_roles;
begin
    select * into present from pg_catalog.pg_roles where rolname = 'supabase_admin';
    if not found then
        create role supabase_admin superuser createdb createrole replication bypassrls;
    elsif not present.rolsuper then
        alter role supabase_admin superuser;
    end if;
end
$platform$;

do $roles$
declare
    wanted record;
    present pg_catalog.pg_roles;
    attributes text;
    setting text;
begin
    for wanted in
        select *
        from (values
            -- name, inherit, createrole, createdb, login, replication, bypassrls, settings
            ('anon', true, false, false, false, false, false,
                array['statement_timeout = ''3s''']),
            ('authenticated', true, false, false, false, false, false,
                array['statement_timeout = ''8s''']),
            ('service_role', true, false, false, false, false, true, null),
            ('authenticator', false, false, false, true, false, false,
                array['statement_timeout = ''8s''', 'lock_timeout = ''8s''']),
            ('dashboard_user', true, true, true, false, true, false, null),
            ('pgbouncer', true, false, false, true, false, false, null),
            ('supabase_privileged_role', true, false, false, false, false, false, null),
            -- The platform stores the search path with a backslash before the dollar sign.
            ('postgres', true, true, true, true, true, true,
                array['search_path = "\$user", public, extensions']),
            ('supabase_auth_admin', false, true, false, true, false, false,
                array['search_path = auth', 'idle_in_transaction_session_timeout = 60000']),
            ('supabase_storage_admin', false, true, false, true, false, false,
                array['search_path = storage']),
            ('supabase_functions_admin', false, true, false, true, false, false, null),
            ('supabase_realtime_admin', false, false, false, false, false, false, null),
            ('supabase_replication_admin', true, false, false, true, true, false, null),
            ('supabase_read_only_user', true, false, false, true, false, true,
                array['default_transaction_read_only = on']),
            ('supabase_etl_admin', true, false, false, true, true, false, null)
        ) as w (name, inherits, createrole, createdb, login, replication, bypassrls, settings)
    loop
        attributes :=
            'nosuperuser'
            || case when wanted.inherits then ' inherit' else ' noinherit' end
            || case when wanted.createrole then ' createrole' else ' nocreaterole' end
            || case when wanted.createdb then ' createdb' else ' nocreatedb' end
            || case when wanted.login then ' login' else ' nologin' end
            || case when wanted.replication then ' replication' else ' noreplication' end
            || case when wanted.bypassrls then ' bypassrls' else ' nobypassrls' end;
        select * into present from pg_catalog.pg_roles where rolname = wanted.name;
        if not found then
            execute format('create role %I %s', wanted.name, attributes);
            foreach setting in array coalesce(wanted.settings, '{}') loop
                execute format('alter role %I set %s', wanted.name, setting);
            end loop;
        elsif (present.rolsuper, present.rolinherit, present.rolcreaterole, present.rolcreatedb,
               present.rolcanlogin, present.rolreplication, present.rolbypassrls)
            is distinct from (false, wanted.inherits, wanted.createrole, wanted.createdb,
                              wanted.login, wanted.replication, wanted.bypassrls) then
            execute format('alter role %I %s', wanted.name, attributes);
        end if;
    end loop;
end
$roles$;

do $memberships$
declare
    wanted record;
    -- From Postgres 16 on CREATEROLE alone may neither grant nor alter a role.
    administers constant boolean := current_setting('server_version_num')::int >= 160000;
begin
    for wanted in
        select *
        from (values
            -- role, member, with admin option
            ('anon', 'authenticator', false),
            ('authenticated', 'authenticator', false),
            ('service_role', 'authenticator', false),
            ('authenticator', 'supabase_storage_admin', false),
            ('pg_read_all_data', 'supabase_read_only_user', false),
            ('pg_monitor', 'supabase_read_only_user', false),
            ('pg_read_all_data', 'supabase_etl_admin', false),
            ('pg_monitor', 'supabase_etl_admin', false),
            ('supabase_privileged_role', 'supabase_etl_admin', false),
            ('supabase_privileged_role', 'postgres', false),
            ('anon', 'postgres', administers),
            ('authenticated', 'postgres', administers),
            ('service_role', 'postgres', administers),
            ('authenticator', 'postgres', administers),
            ('pg_monitor', 'postgres', administers),
            ('pg_read_all_data', 'postgres', administers),
            ('pg_signal_backend', 'postgres', administers),
            ('pg_create_subscription', 'postgres', administers)
        ) as w (role, member, admin)
        where to_regrole(role) is not null
          -- Before 16 `postgres` changes the authenticator by CREATEROLE, without being one.
          and (administers or (role, member) <> ('authenticator', 'postgres'))
          and not exists (
              select
              from pg_catalog.pg_auth_members m
              where m.roleid = to_regrole(role)
                and m.member = to_regrole(w.member)
                and m.admin_option >= w.admin
          )
    loop
        execute format(
            'grant %I to %I%s',
            wanted.role,
            wanted.member,
            case when wanted.admin then ' with admin option' else '' end
        );
    end loop;
end
$memberships$;

do $parameters$
declare
    parameter text;
begin
    if current_setting('server_version_num')::int < 150000 then
        return;
    end if;
    foreach parameter in array array[
        'session_replication_role', 'log_lock_waits', 'log_min_duration_statement',
        'log_min_messages', 'log_statement', 'log_temp_files', 'track_io_timing',
        'wal_compression'
    ] loop
        if not has_parameter_privilege('postgres', parameter, 'set') then
            execute format('grant set on parameter %I to postgres', parameter);
        end if;
    end loop;
end
$parameters$;

-- Histories say `alter database postgres set …`: the owner of that one may, whatever its copy is called.
do $database$
begin
    if exists (
        select
        from pg_catalog.pg_database
        where datname = 'postgres'
          and datdba <> 'postgres'::regrole
    ) then
        alter database postgres owner to postgres;
    end if;
end
$database$;
