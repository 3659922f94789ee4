create table pgmq.meta (
    queue_name varchar unique not null,
    is_partitioned boolean not null,
    is_unlogged boolean not null,
    created_at timestamptz default now() not null
);
create type pgmq.message_record as (
    msg_id bigint,
    read_ct integer,
    enqueued_at timestamptz,
    vt timestamptz,
    message jsonb,
    headers jsonb
);
create type pgmq.queue_record as (
    queue_name varchar,
    is_partitioned boolean,
    is_unlogged boolean,
    created_at timestamptz
);
create type pgmq.metrics_result as (
    queue_name text,
    queue_length bigint,
    newest_msg_age_sec integer,
    oldest_msg_age_sec integer,
    total_messages bigint,
    scrape_time timestamptz,
    queue_visible_length bigint
);

-- Queues.
create function pgmq.acquire_queue_lock(queue_name text) returns void
    language sql
    as $$
        select pg_advisory_xact_lock(hashtext('pgmq.queue_' || queue_name))
    $$;
create function pgmq.format_table_name(queue_name text, prefix text) returns text
    language plpgsql
    as $$
        begin
            if queue_name ~ '\$|;|--|''' then
                raise exception 'queue name contains invalid characters: $, ;, --, or ''';
            end if;
            return lower(prefix || '_' || queue_name);
        end
    $$;
create function pgmq.validate_queue_name(queue_name text) returns void
    language plpgsql
    as $$
        begin
            if length(queue_name) >= 48 then
                raise exception 'queue name is too long, maximum length is 47 characters';
            end if;
        end
    $$;
create function pgmq._belongs_to_pgmq(table_name text) returns boolean
    language sql
    as $$
        select exists (
            select
            from pg_catalog.pg_depend d
            join pg_catalog.pg_extension e on e.oid = d.refobjid and e.extname = 'pgmq'
            where d.objid = to_regclass('pgmq.' || quote_ident(table_name))
        )
    $$;
create function pgmq._make_queue(queue_name text, unlogged boolean) returns void
    language plpgsql
    as $$
        declare
            queue constant text := pgmq.format_table_name(queue_name, 'q');
            archive constant text := pgmq.format_table_name(queue_name, 'a');
        begin
            perform pgmq.validate_queue_name(queue_name);
            perform pgmq.acquire_queue_lock(queue_name);
            execute format(
                'create %s table if not exists pgmq.%I ('
                'msg_id bigint primary key generated always as identity, '
                'read_ct integer default 0 not null, '
                'enqueued_at timestamptz default now() not null, '
                'vt timestamptz not null, message jsonb, headers jsonb)',
                case when unlogged then 'unlogged' else '' end, queue
            );
            execute format(
                'create table if not exists pgmq.%I ('
                'msg_id bigint primary key, read_ct integer default 0 not null, '
                'enqueued_at timestamptz default now() not null, '
                'archived_at timestamptz default now() not null, '
                'vt timestamptz not null, message jsonb, headers jsonb)',
                archive
            );
            execute format('create index if not exists %I on pgmq.%I (vt)', queue || '_vt_idx', queue);
            execute format(
                'create index if not exists %I on pgmq.%I (archived_at)',
                'archived_at_idx_' || queue_name, archive
            );
            insert into pgmq.meta (queue_name, is_partitioned, is_unlogged)
            values (_make_queue.queue_name, false, unlogged)
            on conflict do nothing;
        end
    $$;
create function pgmq.create_non_partitioned(queue_name text) returns void
    language sql
    as 'select pgmq._make_queue(queue_name, false)';
create function pgmq.create_unlogged(queue_name text) returns void
    language sql
    as 'select pgmq._make_queue(queue_name, true)';
create function pgmq.create(queue_name text) returns void
    language sql
    as 'select pgmq.create_non_partitioned(queue_name)';
create function pgmq.create_partitioned(
    queue_name text, partition_interval text default '10000',
    retention_interval text default '100000'
)
    returns void
    language plpgsql
    as $$
        begin
            raise exception 'airlock stub: pgmq.create_partitioned() is not available on this server'
                using errcode = 'feature_not_supported';
        end
    $$;
create function pgmq.convert_archive_partitioned(
    table_name text, partition_interval text default '10000',
    retention_interval text default '100000', leading_partition integer default 10
)
    returns void
    language plpgsql
    as $$
        begin
            raise exception
                'airlock stub: pgmq.convert_archive_partitioned() is not available on this server'
                using errcode = 'feature_not_supported';
        end
    $$;
create function pgmq.drop_queue(queue_name text) returns boolean
    language plpgsql
    as $$
        begin
            perform pgmq.acquire_queue_lock(queue_name);
            execute format('drop table if exists pgmq.%I', pgmq.format_table_name(queue_name, 'q'));
            execute format('drop table if exists pgmq.%I', pgmq.format_table_name(queue_name, 'a'));
            delete from pgmq.meta m
            where m.queue_name = drop_queue.queue_name;
            return found;
        end
    $$;
create function pgmq.drop_queue(queue_name text, partitioned boolean) returns boolean
    language sql
    as 'select pgmq.drop_queue(queue_name)';
create function pgmq.list_queues() returns setof pgmq.queue_record
    language sql
    as 'select * from pgmq.meta';
create function pgmq.detach_archive(queue_name text) returns void
    language sql
    as '';

-- Sending. Each form ends in the one that takes headers and a moment.
create function pgmq.send(queue_name text, msg jsonb, headers jsonb, delay timestamptz)
    returns setof bigint
    language plpgsql
    as $$
        begin
            return query execute format(
                'insert into pgmq.%I (vt, message, headers) values ($1, $2, $3) returning msg_id',
                pgmq.format_table_name(queue_name, 'q')
            )
            using delay, msg, headers;
        end
    $$;
create function pgmq.send_batch(
    queue_name text, msgs jsonb[], headers jsonb[], delay timestamptz
)
    returns setof bigint
    language plpgsql
    as $$
        begin
            if cardinality(msgs) = 0 or msgs is null then
                raise exception 'msgs cannot be NULL or empty';
            end if;
            if headers is not null and cardinality(headers) <> cardinality(msgs) then
                raise exception 'number of headers must match number of messages';
            end if;
            return query execute format(
                'insert into pgmq.%I (vt, message, headers) '
                'select $1, m, h from unnest($2, $3) as u (m, h) returning msg_id',
                pgmq.format_table_name(queue_name, 'q')
            )
            using delay, msgs, coalesce(headers, array_fill(null::jsonb, array[cardinality(msgs)]));
        end
    $$;
do $forms$
declare
    form record;
begin
    for form in
        select f.name, f.message, tail.parameters, tail.arguments
        from (values
            ('send', 'msg jsonb', 'jsonb'),
            ('send_batch', 'msgs jsonb[]', 'jsonb[]')
        ) as f (name, message, header),
            lateral (values
                ('', 'null, clock_timestamp()'),
                (', headers ' || f.header, '$3, clock_timestamp()'),
                (', delay integer', 'null, clock_timestamp() + make_interval(secs => $3)'),
                (', delay timestamptz', 'null, $3'),
                (', headers ' || f.header || ', delay integer',
                    '$3, clock_timestamp() + make_interval(secs => $4)')
            ) as tail (parameters, arguments)
    loop
        execute format(
            'create function pgmq.%1$s(queue_name text, %2$s%3$s) returns setof bigint '
            'language sql as ''select * from pgmq.%1$s($1, $2, %4$s)''',
            form.name, form.message, form.parameters, form.arguments
        );
    end loop;
end
$forms$;

-- Reading.
create function pgmq.read(
    queue_name text, vt integer, qty integer, conditional jsonb default '{}'
)
    returns setof pgmq.message_record
    language plpgsql
    as $$
        begin
            return query execute format(
                'with next as ('
                'select msg_id from pgmq.%1$I where vt <= clock_timestamp() and message @> $3 '
                'order by msg_id limit $1 for update skip locked) '
                'update pgmq.%1$I m set read_ct = read_ct + 1, '
                'vt = clock_timestamp() + make_interval(secs => $2) '
                'from next where m.msg_id = next.msg_id '
                'returning m.msg_id, m.read_ct, m.enqueued_at, m.vt, m.message, m.headers',
                pgmq.format_table_name(queue_name, 'q')
            )
            using qty, vt, conditional;
        end
    $$;
create function pgmq.read_with_poll(
    queue_name text, vt integer, qty integer, max_poll_seconds integer default 5,
    poll_interval_ms integer default 100, conditional jsonb default '{}'
)
    returns setof pgmq.message_record
    language sql
    as 'select * from pgmq.read(queue_name, vt, qty, conditional)';
create function pgmq.pop(queue_name text) returns setof pgmq.message_record
    language plpgsql
    as $$
        begin
            return query execute format(
                'delete from pgmq.%1$I where msg_id = ('
                'select msg_id from pgmq.%1$I where vt <= clock_timestamp() '
                'order by msg_id limit 1 for update skip locked) '
                'returning msg_id, read_ct, enqueued_at, vt, message, headers',
                pgmq.format_table_name(queue_name, 'q')
            );
        end
    $$;
create function pgmq.set_vt(queue_name text, msg_id bigint, vt integer)
    returns setof pgmq.message_record
    language plpgsql
    as $$
        begin
            return query execute format(
                'update pgmq.%I set vt = clock_timestamp() + make_interval(secs => $1) '
                'where msg_id = $2 '
                'returning msg_id, read_ct, enqueued_at, vt, message, headers',
                pgmq.format_table_name(queue_name, 'q')
            )
            using vt, msg_id;
        end
    $$;
create function pgmq.delete(queue_name text, msg_ids bigint[]) returns setof bigint
    language plpgsql
    as $$
        begin
            return query execute format(
                'delete from pgmq.%I where msg_id = any ($1) returning msg_id',
                pgmq.format_table_name(queue_name, 'q')
            )
            using msg_ids;
        end
    $$;
create function pgmq.delete(queue_name text, msg_id bigint) returns boolean
    language plpgsql
    as $$
        begin
            perform pgmq.delete(queue_name, array[msg_id]);
            return found;
        end
    $$;
create function pgmq.archive(queue_name text, msg_ids bigint[]) returns setof bigint
    language plpgsql
    as $$
        begin
            return query execute format(
                'with gone as (delete from pgmq.%I where msg_id = any ($1) returning *) '
                'insert into pgmq.%I (msg_id, vt, read_ct, enqueued_at, message, headers) '
                'select msg_id, vt, read_ct, enqueued_at, message, headers from gone '
                'returning msg_id',
                pgmq.format_table_name(queue_name, 'q'), pgmq.format_table_name(queue_name, 'a')
            )
            using msg_ids;
        end
    $$;
create function pgmq.archive(queue_name text, msg_id bigint) returns boolean
    language plpgsql
    as $$
        begin
            perform pgmq.archive(queue_name, array[msg_id]);
            return found;
        end
    $$;
create function pgmq.purge_queue(queue_name text) returns bigint
    language plpgsql
    as $$
        declare
            purged bigint;
        begin
            execute format('delete from pgmq.%I', pgmq.format_table_name(queue_name, 'q'));
            get diagnostics purged = row_count;
            return purged;
        end
    $$;
create function pgmq.metrics(queue_name text) returns pgmq.metrics_result
    language plpgsql
    as $$
        declare
            queue constant text := pgmq.format_table_name(queue_name, 'q');
            result pgmq.metrics_result;
        begin
            execute format(
                'select $1, count(*), extract(epoch from now() - max(enqueued_at))::integer, '
                'extract(epoch from now() - min(enqueued_at))::integer, '
                '(select case when is_called then last_value else 0 end from pgmq.%I), '
                'now(), count(*) filter (where vt <= now()) from pgmq.%I',
                queue || '_msg_id_seq', queue
            )
            into result
            using queue_name;
            return result;
        end
    $$;
create function pgmq.metrics_all() returns setof pgmq.metrics_result
    language plpgsql
    as $$
        declare
            queue text;
        begin
            for queue in select queue_name from pgmq.meta loop
                return next pgmq.metrics(queue);
            end loop;
        end
    $$;

grant usage on schema pgmq to pg_monitor;
grant select on all tables in schema pgmq to pg_monitor;
alter default privileges in schema pgmq grant select on tables to pg_monitor;
alter default privileges in schema pgmq grant select on sequences to pg_monitor;

-- On the platform all of it belongs to `postgres`.
do $owners$
declare
    statement text;
begin
    if to_regrole('postgres') is null then
        return;
    end if;
    alter schema pgmq owner to postgres;
    for statement in
        select format('alter routine %s owner to postgres', p.oid::regprocedure)
        from pg_catalog.pg_proc p
        where p.pronamespace = 'pgmq'::regnamespace
        union all
        select format('alter type %s owner to postgres', c.oid::regclass)
        from pg_catalog.pg_class c
        where c.relnamespace = 'pgmq'::regnamespace
          and c.relkind = 'c'
    loop
        execute statement;
    end loop;
    alter table pgmq.meta owner to postgres;
    update pg_catalog.pg_extension
    set extowner = 'postgres'::regrole
    where extname = 'pgmq';
end
$owners$;
