create function uuid_nil() returns uuid
    language sql immutable strict parallel safe
    return '00000000-0000-0000-0000-000000000000'::uuid;
create function uuid_ns_dns() returns uuid
    language sql immutable strict parallel safe
    return '6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid;
create function uuid_ns_url() returns uuid
    language sql immutable strict parallel safe
    return '6ba7b811-9dad-11d1-80b4-00c04fd430c8'::uuid;
create function uuid_ns_oid() returns uuid
    language sql immutable strict parallel safe
    return '6ba7b812-9dad-11d1-80b4-00c04fd430c8'::uuid;
create function uuid_ns_x500() returns uuid
    language sql immutable strict parallel safe
    return '6ba7b814-9dad-11d1-80b4-00c04fd430c8'::uuid;

create function uuid_generate_v4() returns uuid
    language sql volatile strict parallel safe
    return gen_random_uuid();

-- 100 ns steps since 15 October 1582; clock and node are random.
create function uuid_generate_v1mc() returns uuid
    language sql volatile strict parallel safe
    begin atomic
        select (
            substr(ticks, 9, 8) || '-' || substr(ticks, 5, 4) || '-1' || substr(ticks, 2, 3)
            || '-' || substr(noise, 20, 4) || '-' || substr(noise, 25, 1)
            || '3' || substr(noise, 27, 10)
        )::uuid
        from lpad(
            to_hex((extract(epoch from clock_timestamp()) * 10000000)::bigint + 122192928000000000),
            16, '0'
        ) as ticks,
            cast(gen_random_uuid() as text) as noise;
    end;
create function uuid_generate_v1() returns uuid
    language sql volatile strict parallel safe
    return uuid_generate_v1mc();

create function uuid_generate_v3(namespace uuid, name text) returns uuid
    language sql immutable strict parallel safe
    begin atomic
        select encode(
            set_byte(
                set_byte(hash, 6, (get_byte(hash, 6) & 15) | 48),
                8, (get_byte(hash, 8) & 63) | 128
            ),
            'hex'
        )::uuid
        from decode(md5(uuid_send(namespace) || convert_to(name, 'UTF8')), 'hex') as hash;
    end;

-- SHA-1 (RFC 3174) of namespace and name, cut to 16 bytes: Postgres has no function for it.
create function uuid_generate_v5(namespace uuid, name text) returns uuid
    language plpgsql immutable strict parallel safe
    as $$
        declare
            data constant bytea := uuid_send(namespace) || convert_to(name, 'UTF8');
            message constant bytea := data || '\x80'::bytea
                || decode(repeat('00', (119 - octet_length(data) % 64) % 64), 'hex')
                || int8send(octet_length(data)::bigint * 8);
            mask constant bigint := 4294967295;
            h bigint[] := array[1732584193, 4023233417, 2562383102, 271733878, 3285377520];
            w bigint[];
            a bigint; b bigint; c bigint; d bigint; e bigint; f bigint; k bigint; t bigint;
            hash bytea;
        begin
            for block in 0 .. octet_length(message) / 64 - 1 loop
                for i in 0 .. 79 loop
                    if i < 16 then
                        t := block * 64 + i * 4;
                        w[i] := (get_byte(message, t::int)::bigint << 24)
                            | (get_byte(message, t::int + 1) << 16)
                            | (get_byte(message, t::int + 2) << 8)
                            | get_byte(message, t::int + 3);
                    else
                        t := w[i - 3] # w[i - 8] # w[i - 14] # w[i - 16];
                        w[i] := ((t << 1) | (t >> 31)) & mask;
                    end if;
                end loop;
                a := h[1]; b := h[2]; c := h[3]; d := h[4]; e := h[5];
                for i in 0 .. 79 loop
                    if i < 20 then
                        f := (b & c) | (~b & mask & d); k := 1518500249;
                    elsif i < 40 then
                        f := b # c # d; k := 1859775393;
                    elsif i < 60 then
                        f := (b & c) | (b & d) | (c & d); k := 2400959708;
                    else
                        f := b # c # d; k := 3395469782;
                    end if;
                    t := ((((a << 5) | (a >> 27)) & mask) + f + e + k + w[i]) & mask;
                    e := d; d := c; c := ((b << 30) | (b >> 2)) & mask; b := a; a := t;
                end loop;
                h := array[(h[1] + a) & mask, (h[2] + b) & mask, (h[3] + c) & mask,
                           (h[4] + d) & mask, (h[5] + e) & mask];
            end loop;
            hash := substr(
                decode((select string_agg(lpad(to_hex(x), 8, '0'), '' order by n)
                        from unnest(h) with ordinality as u (x, n)), 'hex'),
                1, 16
            );
            hash := set_byte(hash, 6, (get_byte(hash, 6) & 15) | 80);
            return encode(set_byte(hash, 8, (get_byte(hash, 8) & 63) | 128), 'hex')::uuid;
        end
    $$;
