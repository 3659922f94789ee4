-- Broadcast and the publication of changes. The functions with which the realtime service reads the
-- write-ahead log are not here: no migration calls them.
create type realtime.action as enum ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'ERROR');
create type realtime.equality_op as enum (
    'eq', 'neq', 'lt', 'lte', 'gt', 'gte', 'in',
    'like', 'ilike', 'is', 'match', 'imatch', 'isdistinct'
);
create type realtime.user_defined_filter as (
    column_name text,
    op realtime.equality_op,
    value text
);

create function realtime.to_regrole(role_name text) returns regrole
    language sql immutable
    as $$
        select role_name::regrole
    $$;

create table realtime.schema_migrations (
    version bigint not null,
    inserted_at timestamp(0),
    constraint schema_migrations_pkey primary key (version)
);
create table realtime.subscription (
    id bigint generated always as identity,
    subscription_id uuid not null,
    entity regclass not null,
    filters realtime.user_defined_filter[] default '{}' not null,
    claims jsonb not null,
    claims_role regrole generated always as (realtime.to_regrole(claims ->> 'role')) stored not null,
    created_at timestamp default timezone('utc', now()) not null,
    action_filter text default '*',
    selected_columns text[],
    constraint pk_subscription primary key (id),
    constraint subscription_action_filter_check
        check (action_filter in ('*', 'INSERT', 'UPDATE', 'DELETE'))
);
create index ix_realtime_subscription_entity on realtime.subscription (entity);
create unique index subscription_subscription_id_entity_filters_action_filter_selec
    on realtime.subscription
    (subscription_id, entity, filters, action_filter, coalesce(selected_columns, '{}'));

create table realtime.messages (
    topic text not null,
    extension text not null,
    payload jsonb,
    event text,
    private boolean default false,
    updated_at timestamp default now() not null,
    inserted_at timestamp default now() not null,
    id uuid default gen_random_uuid() not null,
    binary_payload bytea,
    constraint messages_pkey primary key (id, inserted_at),
    constraint messages_payload_exclusive check (payload is null or binary_payload is null)
) partition by range (inserted_at);
create index messages_inserted_at_topic_index on realtime.messages (inserted_at desc, topic)
    where extension = 'broadcast' and private is true;
alter table realtime.messages enable row level security;
-- The service makes a partition for each day; one for all days takes what triggers send here.
create table realtime.messages_default partition of realtime.messages default;

create function realtime.topic() returns text
    language sql stable
    as $$
        select nullif(current_setting('realtime.topic', true), '')
    $$;
create function realtime.send(payload jsonb, event text, topic text, private boolean default true)
    returns void
    language plpgsql
    as $$
        declare
            message_id constant uuid := gen_random_uuid();
        begin
            perform set_config('realtime.topic', topic, true);
            insert into realtime.messages (id, payload, event, topic, private, extension)
            values (
                message_id, jsonb_build_object('id', message_id) || payload,
                event, topic, private, 'broadcast'
            );
        exception when others then
            -- A message that cannot be sent must not undo what it tells about.
            raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
        end
    $$;
create function realtime.send_binary(
    payload bytea, event text, topic text, private boolean default true
)
    returns void
    language plpgsql
    as $$
        begin
            perform set_config('realtime.topic', topic, true);
            insert into realtime.messages (binary_payload, event, topic, private, extension)
            values (payload, event, topic, private, 'broadcast');
        exception when others then
            raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
        end
    $$;
create function realtime.broadcast_changes(
    topic_name text, event_name text, operation text, table_name text, table_schema text,
    new record, old record, level text default 'ROW'
)
    returns void
    language plpgsql
    as $$
        begin
            if level = 'STATEMENT' then
                raise exception 'function can only be triggered for each row, not for each statement';
            end if;
            if operation not in ('INSERT', 'UPDATE', 'DELETE') then
                raise exception 'Unexpected operation type: %', operation;
            end if;
            perform realtime.send(
                jsonb_build_object(
                    'schema', table_schema,
                    'table', table_name,
                    'operation', operation,
                    'record', case when operation <> 'DELETE' then to_jsonb(new) end,
                    'old_record', case when operation <> 'INSERT' then to_jsonb(old) end
                ),
                event_name,
                topic_name
            );
        end
    $$;

do $owners$
declare
    statement text;
begin
    for statement in
        select format('alter table %s owner to supabase_realtime_admin', c.oid::regclass)
        from pg_catalog.pg_class c
        where c.relnamespace = 'realtime'::regnamespace
          and c.relkind in ('r', 'p')
          and c.relname <> 'schema_migrations'
        union all
        select format('alter routine %s owner to supabase_realtime_admin', p.oid::regprocedure)
        from pg_catalog.pg_proc p
        where p.pronamespace = 'realtime'::regnamespace
        union all
        select format('alter type %s owner to supabase_realtime_admin', t.oid::regtype)
        from pg_catalog.pg_type t
        where t.typnamespace = 'realtime'::regnamespace
          and t.typname in ('action', 'equality_op', 'user_defined_filter')
    loop
        execute statement;
    end loop;
end
$owners$;

grant select on realtime.subscription to postgres, anon, authenticated, service_role;
grant select, insert, update on realtime.messages to postgres, anon, authenticated, service_role;
grant all on realtime.messages to postgres, dashboard_user;
revoke all on realtime.schema_migrations from postgres, dashboard_user;

create publication supabase_realtime;
alter publication supabase_realtime owner to postgres;
