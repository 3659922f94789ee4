create domain http_method as text;
create domain content_type as text check (value ~ '^\S+\/\S+');
create type http_header as (
    field varchar,
    value varchar
);
create type http_response as (
    status integer,
    content_type varchar,
    headers http_header[],
    content varchar
);
create type http_request as (
    method http_method,
    uri varchar,
    headers http_header[],
    content_type varchar,
    content varchar
);

create function http_set_curlopt(curlopt varchar, value varchar) returns boolean
    language sql
    as 'select true';
create function http_reset_curlopt() returns boolean
    language sql
    as 'select true';
create function http_list_curlopt() returns table (curlopt text, value text)
    language sql
    as 'select null, null where false';
create function http_header(field varchar, value varchar) returns http_header
    language sql
    as 'select $1, $2';
create function http_headers(variadic args text[]) returns http_header[]
    language plpgsql immutable strict
    as $$
        declare
            headers @extschema@.http_header[] := '{}';
        begin
            if cardinality(args) % 2 <> 0 then
                raise exception 'Arguments must be provided in key-value pairs';
            end if;
            for i in 1 .. cardinality(args) by 2 loop
                headers := headers || row(args[i], args[i + 1])::@extschema@.http_header;
            end loop;
            return headers;
        end
    $$;

create function http(request http_request) returns http_response
    language plpgsql
    as $$
        begin
            raise exception 'airlock stub: http() of the extension http is not available on this server'
                using errcode = 'feature_not_supported',
                    detail = format('%s %s was not called.', request.method, request.uri);
        end
    $$;
create function urlencode(string bytea) returns text
    language sql immutable strict
    as $$
        select string_agg(
            case
                when byte between 48 and 57 or byte between 65 and 90 or byte between 97 and 122
                    or byte in (45, 46, 95, 126)
                then chr(byte)
                else '%' || lpad(upper(to_hex(byte)), 2, '0')
            end,
            '' order by i
        )
        from generate_series(0, octet_length(string) - 1) as i,
            get_byte(string, i) as byte
    $$;
create function urlencode(string varchar) returns text
    language sql immutable strict
    as $$
        select @extschema@.urlencode(convert_to(string, 'UTF8'))
    $$;
create function urlencode(data jsonb) returns text
    language sql immutable strict
    as $$
        select string_agg(
            @extschema@.urlencode(d.key::varchar) || '=' || @extschema@.urlencode(d.value::varchar), '&'
        )
        from jsonb_each_text(data) d
    $$;
create function text_to_bytea(data text) returns bytea
    language sql immutable strict
    as $$
        select convert_to(data, 'UTF8')
    $$;
create function bytea_to_text(data bytea) returns text
    language sql immutable strict
    as $$
        select convert_from(data, 'UTF8')
    $$;

do $methods$
declare
    wanted record;
begin
    for wanted in
        select *
        from (values
            ('http_get(uri varchar)', $$'GET', $1, null, null, null$$),
            ('http_get(uri varchar, data jsonb)',
                $$'GET', $1 || '?' || @extschema@.urlencode($2), null, null, null$$),
            ('http_post(uri varchar, content varchar, content_type varchar)',
                $$'POST', $1, null, $3, $2$$),
            ('http_post(uri varchar, data jsonb)',
                $$'POST', $1, null, 'application/x-www-form-urlencoded', @extschema@.urlencode($2)$$),
            ('http_put(uri varchar, content varchar, content_type varchar)',
                $$'PUT', $1, null, $3, $2$$),
            ('http_patch(uri varchar, content varchar, content_type varchar)',
                $$'PATCH', $1, null, $3, $2$$),
            ('http_delete(uri varchar)', $$'DELETE', $1, null, null, null$$),
            ('http_delete(uri varchar, content varchar, content_type varchar)',
                $$'DELETE', $1, null, $3, $2$$),
            ('http_head(uri varchar)', $$'HEAD', $1, null, null, null$$)
        ) as w (signature, request)
    loop
        execute format(
            'create function %s returns http_response language sql as %L',
            wanted.signature,
            format('select @extschema@.http((%s)::@extschema@.http_request)', wanted.request)
        );
    end loop;
end
$methods$;
