-- The real one makes CREATE EXTENSION find what is installed here; SQL cannot do that.
create table pgtle.airlock_script (
    name text not null,
    -- Null for a script that starts from nothing.
    from_version text,
    version text not null,
    script text not null,
    requires text[],
    schema text,
    unique (name, from_version, version)
);
create table pgtle.airlock_extension (
    name text primary key,
    default_version text not null,
    description text
);

create function pgtle.install_extension(
    name text, version text, description text, ext text, requires text[] default null,
    schema text default null
)
    returns boolean
    language plpgsql security definer
    set search_path = ''
    as $$
        begin
            if exists (
                select from pgtle.airlock_extension e where e.name = install_extension.name
            ) then
                raise exception 'extension "%" already installed', name
                    using errcode = 'duplicate_object';
            end if;
            insert into pgtle.airlock_extension values (name, version, description);
            insert into pgtle.airlock_script values (name, null, version, ext, requires, schema);
            return true;
        end
    $$;
create function pgtle.install_extension_version_sql(name text, version text, ext text)
    returns boolean
    language sql security definer
    set search_path = ''
    as $$
        insert into pgtle.airlock_script
        values (name, null, version, ext)
        returning true
    $$;
create function pgtle.install_update_path(name text, fromvers text, tovers text, ext text)
    returns boolean
    language sql security definer
    set search_path = ''
    as $$
        insert into pgtle.airlock_script
        values (name, fromvers, tovers, ext)
        returning true
    $$;
create function pgtle.set_default_version(name text, version text) returns boolean
    language plpgsql security definer
    set search_path = ''
    as $$
        begin
            update pgtle.airlock_extension e
            set default_version = version
            where e.name = set_default_version.name;
            if not found then
                raise exception 'extension "%" is not installed', name
                    using errcode = 'undefined_object';
            end if;
            return true;
        end
    $$;
create function pgtle.uninstall_extension_if_exists(extname text) returns boolean
    language plpgsql security definer
    set search_path = ''
    as $$
        begin
            delete from pgtle.airlock_script where name = extname;
            delete from pgtle.airlock_extension where name = extname;
            return found;
        end
    $$;
create function pgtle.uninstall_extension(extname text) returns boolean
    language plpgsql security definer
    set search_path = ''
    as $$
        begin
            if not pgtle.uninstall_extension_if_exists(extname) then
                raise exception 'Extension % does not exist', extname
                    using errcode = 'no_data_found';
            end if;
            return true;
        end
    $$;
create function pgtle.uninstall_extension(extname text, version text) returns boolean
    language sql security definer
    set search_path = ''
    as $$
        delete from pgtle.airlock_script s
        where s.name = extname
          and (s.version = uninstall_extension.version
               or s.from_version = uninstall_extension.version);
        select true
    $$;
create function pgtle.uninstall_update_path_if_exists(extname text, fromvers text, tovers text)
    returns boolean
    language plpgsql security definer
    set search_path = ''
    as $$
        begin
            delete from pgtle.airlock_script
            where name = extname
              and from_version = fromvers
              and version = tovers;
            return found;
        end
    $$;
create function pgtle.uninstall_update_path(extname text, fromvers text, tovers text)
    returns boolean
    language plpgsql security definer
    set search_path = ''
    as $$
        begin
            if not pgtle.uninstall_update_path_if_exists(extname, fromvers, tovers) then
                raise exception 'Extension % does not exist', extname
                    using errcode = 'no_data_found';
            end if;
            return true;
        end
    $$;

create function pgtle.available_extensions(
    out name name, out default_version text, out superuser boolean, out trusted boolean,
    out relocatable boolean, out schema name, out requires name[], out comment text
)
    returns setof record
    language sql stable security definer
    set search_path = ''
    as $$
        select e.name, e.default_version, false, false, false, s.schema, s.requires, e.description
        from pgtle.airlock_extension e
        left join pgtle.airlock_script s
            on s.name = e.name and s.version = e.default_version and s.from_version is null
    $$;
create function pgtle.available_extension_versions(
    out name name, out version text, out superuser boolean, out trusted boolean,
    out relocatable boolean, out schema name, out requires name[], out comment text
)
    returns setof record
    language sql stable security definer
    set search_path = ''
    as $$
        select s.name, s.version, false, false, false, s.schema, s.requires, e.description
        from pgtle.airlock_script s
        join pgtle.airlock_extension e on e.name = s.name
        where s.from_version is null
    $$;
create function pgtle.extension_update_paths(
    name name, out source text, out target text, out path text
)
    returns setof record
    language sql stable security definer
    set search_path = ''
    as $$
        select s.from_version, s.version, s.from_version || '--' || s.version
        from pgtle.airlock_script s
        where s.name = extension_update_paths.name
          and s.from_version is not null
    $$;

create type pgtle.pg_tle_features as enum ('passcheck', 'clientauth');
create type pgtle.password_types as enum (
    'PASSWORD_TYPE_PLAINTEXT', 'PASSWORD_TYPE_MD5', 'PASSWORD_TYPE_SCRAM_SHA_256'
);
create table pgtle.feature_info (
    feature pgtle.pg_tle_features,
    schema_name text,
    proname text,
    obj_identity text not null,
    primary key (feature, schema_name, proname)
);
create function pgtle.register_feature(proc regproc, feature pgtle.pg_tle_features) returns void
    language sql security definer
    set search_path = ''
    as $$
        insert into pgtle.feature_info
        select feature, p.pronamespace::regnamespace, p.proname, p.oid::regprocedure
        from pg_catalog.pg_proc p
        where p.oid = proc
    $$;
create function pgtle.unregister_feature(proc regproc, feature pgtle.pg_tle_features) returns void
    language sql security definer
    set search_path = ''
    as $$
        delete from pgtle.feature_info i
        using pg_catalog.pg_proc p
        where p.oid = proc
          and i.feature = unregister_feature.feature
          and i.obj_identity = p.oid::regprocedure::text
    $$;

do $admin$
begin
    if to_regrole('pgtle_admin') is null then
        create role pgtle_admin nologin;
    end if;
    revoke all on all functions in schema pgtle from public;
    grant usage on schema pgtle to pgtle_admin;
    grant execute on all functions in schema pgtle to pgtle_admin;
    grant execute on function pgtle.available_extensions, pgtle.available_extension_versions,
        pgtle.extension_update_paths to public;
    grant usage on schema pgtle to public;
    if to_regrole('postgres') is not null then
        grant pgtle_admin to postgres;
    end if;
end
$admin$;
