-- Functions, triggers and rights of the storage service.
set local role supabase_storage_admin;

create function storage.foldername(name text) returns text[]
    language plpgsql immutable
    as $$
        declare
            parts constant text[] := string_to_array(name, '/');
        begin
            return parts[1 : cardinality(parts) - 1];
        end
    $$;
create function storage.filename(name text) returns text
    language plpgsql immutable
    as $$
        declare
            parts constant text[] := string_to_array(name, '/');
        begin
            return parts[cardinality(parts)];
        end
    $$;
create function storage.extension(name text) returns text
    language plpgsql immutable
    as $$
        begin
            return substring(storage.filename(name) from '[^.]*$');
        end
    $$;
create function storage.get_common_prefix(p_key text, p_prefix text, p_delimiter text) returns text
    language sql immutable
    as $$
        select p_prefix || split_part(rest, p_delimiter, 1) || p_delimiter
        from substr(p_key, length(p_prefix) + 1) as rest
        where starts_with(p_key, p_prefix)
          and strpos(rest, p_delimiter) > 0
    $$;

create function storage.operation() returns text
    language plpgsql stable
    as $$
        begin
            return current_setting('storage.operation', true);
        end
    $$;
create function storage.allow_any_operation(expected_operations text[]) returns boolean
    language sql stable
    as $$
        select exists (
            select
            from unnest(expected_operations) as expected
            where nullif(regexp_replace(expected, '^storage\.', ''), '')
                = regexp_replace(storage.operation(), '^storage\.', '')
        )
    $$;
create function storage.allow_only_operation(expected_operation text) returns boolean
    language sql stable
    as $$
        select storage.allow_any_operation(array[expected_operation])
    $$;

create function storage.get_size_by_bucket() returns table (size bigint, bucket_id text)
    language plpgsql stable
    as $$
        begin
            return query
                select sum((o.metadata ->> 'size')::bigint)::bigint, o.bucket_id
                from storage.objects o
                group by o.bucket_id;
        end
    $$;
create function storage.can_insert_object(bucketid text, name text, owner uuid, metadata jsonb)
    returns void
    language plpgsql
    as $$
        begin
            insert into storage.objects (bucket_id, name, owner, metadata)
            values (bucketid, name, owner, metadata);
            -- The caller asks whether it could, so the row must not stay.
            raise sqlstate 'PT200'
                using message = 'ROLLBACK', detail = 'rollback successful insert';
        end
    $$;

-- Listings: a folder is the part of a name up to the next delimiter after the prefix.
create function storage.list_objects_with_delimiter(
    _bucket_id text, prefix_param text, delimiter_param text, max_keys integer default 100,
    start_after text default '', next_token text default '', sort_order text default 'asc'
)
    returns table (name text, id uuid, metadata jsonb, updated_at timestamptz,
                   created_at timestamptz, last_accessed_at timestamptz)
    language plpgsql stable
    as $$
        #variable_conflict use_column
        begin
            return query execute format(
                $query$
                    select distinct on (entry collate "C")
                        entry,
                        case when folder is null then id end,
                        case when folder is null then metadata end,
                        case when folder is null then updated_at end,
                        case when folder is null then created_at end,
                        case when folder is null then last_accessed_at end
                    from storage.objects o,
                        storage.get_common_prefix(o.name, $2, $3) as folder,
                        coalesce(folder, o.name) as entry
                    where bucket_id = $1
                      and starts_with(o.name, $2)
                      and ($4 = '' or entry collate "C" %2$s $4)
                    order by entry collate "C" %1$s
                    limit $5
                $query$,
                case when lower(sort_order) = 'desc' then 'desc' else 'asc' end,
                case when lower(sort_order) = 'desc' then '<' else '>' end
            )
            using _bucket_id, coalesce(prefix_param, ''), delimiter_param,
                coalesce(nullif(next_token, ''), start_after, ''), max_keys;
        end
    $$;
create function storage.list_multipart_uploads_with_delimiter(
    bucket_id text, prefix_param text, delimiter_param text, max_keys integer default 100,
    next_key_token text default '', next_upload_token text default ''
)
    returns table (key text, id text, created_at timestamptz)
    language plpgsql
    as $$
        #variable_conflict use_column
        begin
            return query
                select distinct on (entry collate "C")
                    entry, u.id, u.created_at
                from storage.s3_multipart_uploads u,
                    coalesce(
                        storage.get_common_prefix(u.key, prefix_param, delimiter_param), u.key
                    ) as entry
                where u.bucket_id = list_multipart_uploads_with_delimiter.bucket_id
                  and starts_with(u.key, prefix_param)
                  and (next_key_token = '' or entry collate "C" > next_key_token)
                  and (next_upload_token = '' or u.id collate "C" > next_upload_token)
                order by entry collate "C", u.created_at
                limit max_keys;
        end
    $$;
create function storage.search(
    prefix text, bucketname text, limits integer default 100, levels integer default 1,
    offsets integer default 0, search text default '', sortcolumn text default 'name',
    sortorder text default 'asc'
)
    returns table (name text, id uuid, updated_at timestamptz, created_at timestamptz,
                   last_accessed_at timestamptz, metadata jsonb)
    language plpgsql stable
    as $$
        begin
            return query execute format(
                $query$
                    select substr(rtrim(l.name, '/'), length($1) + 1),
                        l.id, l.updated_at, l.created_at, l.last_accessed_at, l.metadata
                    from storage.list_objects_with_delimiter($2, $1 || $3, '/', null) l
                    order by (l.id is not null), l.%I %s
                    limit $4
                    offset $5
                $query$,
                case
                    when sortcolumn in ('updated_at', 'created_at', 'last_accessed_at')
                    then sortcolumn
                    else 'name'
                end,
                case when lower(sortorder) = 'desc' then 'desc' else 'asc' end
            )
            using coalesce(prefix, ''), bucketname, coalesce(search, ''),
                least(limits, 1500), offsets;
        end
    $$;
create function storage.search_by_timestamp(
    p_prefix text, p_bucket_id text, p_limit integer, p_level integer, p_start_after text,
    p_sort_order text, p_sort_column text, p_sort_column_after text
)
    returns table (key text, name text, id uuid, updated_at timestamptz, created_at timestamptz,
                   last_accessed_at timestamptz, metadata jsonb)
    language plpgsql stable
    as $$
        begin
            return query execute format(
                $query$
                    select split_part(rtrim(l.name, '/'), '/', $3), rtrim(l.name, '/'),
                        l.id, l.updated_at, l.created_at, l.last_accessed_at, l.metadata
                    from storage.list_objects_with_delimiter($2, $1, '/', null) l
                    where $4 = ''
                       or (coalesce(l.%1$I, '-infinity'), l.name) %3$s ($5::timestamptz, $4)
                    order by coalesce(l.%1$I, '-infinity') %2$s, l.name %2$s
                    limit $6
                $query$,
                case when p_sort_column = 'created_at' then 'created_at' else 'updated_at' end,
                case when lower(p_sort_order) = 'desc' then 'desc' else 'asc' end,
                case when lower(p_sort_order) = 'desc' then '<' else '>' end
            )
            using coalesce(p_prefix, ''), p_bucket_id, p_level, coalesce(p_start_after, ''),
                coalesce(nullif(p_sort_column_after, ''), '-infinity'), p_limit;
        end
    $$;
create function storage.search_v2(
    prefix text, bucket_name text, limits integer default 100, levels integer default 1,
    start_after text default '', sort_order text default 'asc', sort_column text default 'name',
    sort_column_after text default ''
)
    returns table (key text, name text, id uuid, updated_at timestamptz, created_at timestamptz,
                   last_accessed_at timestamptz, metadata jsonb)
    language plpgsql stable
    as $$
        begin
            if sort_column in ('created_at', 'updated_at') then
                return query
                    select *
                    from storage.search_by_timestamp(
                        prefix, bucket_name, limits, levels, start_after, sort_order,
                        sort_column, sort_column_after
                    );
                return;
            end if;
            return query
                select split_part(rtrim(l.name, '/'), '/', levels), rtrim(l.name, '/'),
                    l.id, l.updated_at, l.created_at, l.last_accessed_at, l.metadata
                from storage.list_objects_with_delimiter(
                    bucket_name, prefix, '/', limits, start_after, '', sort_order
                ) l;
        end
    $$;

create function storage.update_updated_at_column() returns trigger
    language plpgsql
    as $$
        begin
            new.updated_at := now();
            return new;
        end
    $$;
create trigger update_objects_updated_at before update on storage.objects
    for each row execute function storage.update_updated_at_column();

create function storage.enforce_bucket_name_length() returns trigger
    language plpgsql
    as $$
        begin
            if length(new.name) > 100 then
                raise exception 'bucket name "%" is too long (% characters). Max is 100.',
                    new.name, length(new.name);
            end if;
            return new;
        end
    $$;
create trigger enforce_bucket_name_length_trigger before insert or update of name on storage.buckets
    for each row execute function storage.enforce_bucket_name_length();

-- The platform itself may delete, so that histories replay from before this guard existed.
create function storage.protect_delete() returns trigger
    language plpgsql
    as $$
        begin
            if coalesce(current_setting('storage.allow_delete_query', true), '') <> 'true'
                and session_user <> 'supabase_admin' then
                raise exception 'Direct deletion from storage tables is not allowed. '
                    'Use the Storage API instead.'
                    using errcode = 'insufficient_privilege',
                        hint = 'Rows that are deleted here leave their files behind.';
            end if;
            return null;
        end
    $$;
create trigger protect_buckets_delete before delete on storage.buckets
    for each statement execute function storage.protect_delete();
create trigger protect_objects_delete before delete on storage.objects
    for each statement execute function storage.protect_delete();

do $protect$
declare
    name text;
begin
    for name in
        select c.relname
        from pg_catalog.pg_class c
        where c.relnamespace = 'storage'::regnamespace
          and c.relkind = 'r'
    loop
        execute format('alter table storage.%I enable row level security', name);
        execute format('grant all on storage.%I to postgres', name);
        execute format('grant select on storage.%I to anon, authenticated, service_role', name);
    end loop;
end
$protect$;

grant all on storage.buckets, storage.objects to postgres with grant option;
grant all on storage.buckets, storage.objects, storage.buckets_analytics
    to anon, authenticated, service_role;
grant all on storage.s3_multipart_uploads, storage.s3_multipart_uploads_parts,
    storage.iceberg_namespaces, storage.iceberg_tables to service_role;
revoke all on storage.migrations from postgres, anon, authenticated, service_role;
grant execute on all functions in schema storage
    to postgres, anon, authenticated, service_role, dashboard_user;

reset role;
