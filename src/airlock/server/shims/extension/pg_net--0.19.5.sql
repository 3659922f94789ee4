create schema net;

create domain net.http_method as text
    check (value ilike 'get' or value ilike 'post' or value ilike 'delete');
create type net.request_status as enum ('PENDING', 'SUCCESS', 'ERROR');
create type net.http_response as (
    status_code integer,
    headers jsonb,
    body text
);
create type net.http_response_result as (
    status net.request_status,
    message text,
    response net.http_response
);

create unlogged table net.http_request_queue (
    id bigserial,
    method net.http_method not null,
    url text not null,
    headers jsonb,
    body bytea,
    timeout_milliseconds integer not null
);
create unlogged table net._http_response (
    id bigint,
    status_code integer,
    content_type text,
    headers jsonb,
    content text,
    timed_out boolean,
    error_msg text,
    created timestamptz not null default now()
);
create index _http_response_created_idx on net._http_response (created);

create function net._urlencode_string(string varchar) returns text
    language sql immutable
    as $$
        select string_agg(
            case
                when ch ~ '[A-Za-z0-9._~-]' then ch
                else upper(regexp_replace(encode(convert_to(ch, 'UTF8'), 'hex'), '(..)', '%\1', 'g'))
            end,
            ''
        )
        from regexp_split_to_table(string, '') as ch
    $$;
create function net._encode_url_with_params_array(url text, params_array text[]) returns text
    language sql immutable
    as $$
        select case
            when cardinality(params_array) = 0 then url
            else url || case when url like '%?%' then '&' else '?' end
                || array_to_string(params_array, '&')
        end
    $$;
create function net._request(
    method text, url text, params jsonb, headers jsonb, body jsonb, timeout_milliseconds integer
)
    returns bigint
    language sql
    as $$
        insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
        values (
            method,
            net._encode_url_with_params_array(
                url,
                array(
                    select net._urlencode_string(p.key) || '=' || net._urlencode_string(p.value)
                    from jsonb_each_text(params) p
                )
            ),
            headers,
            convert_to(body::text, 'UTF8'),
            timeout_milliseconds
        )
        returning id
    $$;

create function net.http_get(
    url text, params jsonb default '{}', headers jsonb default '{}',
    timeout_milliseconds integer default 5000
)
    returns bigint
    language plpgsql
    as $$
        begin
            return net._request('GET', url, params, headers, null, timeout_milliseconds);
        end
    $$;
create function net.http_post(
    url text, body jsonb default '{}', params jsonb default '{}',
    headers jsonb default '{"Content-Type": "application/json"}',
    timeout_milliseconds integer default 5000
)
    returns bigint
    language plpgsql
    as $$
        declare
            kind constant text := (
                select h.value
                from jsonb_each_text(headers) h
                where lower(h.key) = 'content-type'
                limit 1
            );
        begin
            if kind is null then
                headers := coalesce(headers, '{}') || '{"Content-Type": "application/json"}';
            elsif kind <> 'application/json' then
                raise exception 'Content-Type header must be "application/json"';
            end if;
            return net._request('POST', url, params, headers, body, timeout_milliseconds);
        end
    $$;
create function net.http_delete(
    url text, params jsonb default '{}', headers jsonb default '{}',
    timeout_milliseconds integer default 5000, body jsonb default null
)
    returns bigint
    language plpgsql
    as $$
        begin
            return net._request('DELETE', url, params, headers, body, timeout_milliseconds);
        end
    $$;

create function net._await_response(request_id bigint) returns boolean
    language plpgsql
    as $$
        begin
            raise exception 'airlock stub: pg_net sends no requests, so no response comes'
                using errcode = 'feature_not_supported';
        end
    $$;
create function net._http_collect_response(request_id bigint, async boolean default true)
    returns net.http_response_result
    language plpgsql
    as $$
        begin
            if not async then
                perform net._await_response(request_id);
            end if;
            return row('ERROR', 'request matching request_id not found', null);
        end
    $$;
create function net.http_collect_response(request_id bigint, async boolean default true)
    returns net.http_response_result
    language sql
    as $$
        select net._http_collect_response(request_id, async)
    $$;
create function net.check_worker_is_up() returns void language sql as '';
create function net.worker_restart() returns boolean language sql as 'select true';
create function net.wait_until_running() returns void language sql as '';
create function net.wake() returns void language sql as '';

grant usage on schema net to public;
grant all on all sequences in schema net to public;
grant all on all tables in schema net to public;
