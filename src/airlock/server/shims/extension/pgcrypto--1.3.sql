-- MD5 and SHA-2 are built into Postgres; SHA-1 (RFC 3174) is computed.
create function digest(bytea, text) returns bytea
    language plpgsql immutable strict parallel safe
    as $$
        declare
            data constant bytea := $1;
            message bytea;
            mask constant bigint := 4294967295;
            h bigint[] := array[1732584193, 4023233417, 2562383102, 271733878, 3285377520];
            w bigint[];
            a bigint; b bigint; c bigint; d bigint; e bigint; f bigint; k bigint; t bigint;
        begin
            case lower($2)
                when 'md5' then return decode(md5(data), 'hex');
                when 'sha224' then return sha224(data);
                when 'sha256' then return sha256(data);
                when 'sha384' then return sha384(data);
                when 'sha512' then return sha512(data);
                when 'sha1' then null;
                else
                    raise exception 'Cannot use "%": No such hash algorithm', $2
                        using errcode = 'invalid_parameter_value';
            end case;
            message := data || '\x80'::bytea
                || decode(repeat('00', (119 - octet_length(data) % 64) % 64), 'hex')
                || int8send(octet_length(data)::bigint * 8);
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
            return decode(
                (select string_agg(lpad(to_hex(x), 8, '0'), '' order by n)
                 from unnest(h) with ordinality as u (x, n)),
                'hex'
            );
        end
    $$;
create function digest(text, text) returns bytea
    language sql immutable strict parallel safe
    return digest(convert_to($1, 'UTF8'), $2);

-- HMAC (RFC 2104): the key is filled up to the block of the hash.
create function hmac(bytea, bytea, text) returns bytea
    language sql immutable strict parallel safe
    begin atomic
        select digest(pad.outside || digest(pad.inside || $1, $3), $3)
        from (
            select
                decode(string_agg(lpad(to_hex(byte # 54), 2, '0'), '' order by i), 'hex') as inside,
                decode(string_agg(lpad(to_hex(byte # 92), 2, '0'), '' order by i), 'hex') as outside
            from (
                select i, case when i < octet_length(key) then get_byte(key, i) else 0 end as byte
                from (
                    select size, case when octet_length($2) > size then digest($2, $3) else $2 end as key
                    from (select case when lower($3) in ('sha384', 'sha512') then 128 else 64 end as size) s
                ) k,
                    generate_series(0, size - 1) as i
            ) b
        ) pad;
    end;
create function hmac(text, text, text) returns bytea
    language sql immutable strict parallel safe
    return hmac(convert_to($1, 'UTF8'), convert_to($2, 'UTF8'), $3);

create function gen_random_uuid() returns uuid
    language sql volatile parallel safe
    return pg_catalog.gen_random_uuid();
create function gen_random_bytes(integer) returns bytea
    language plpgsql volatile strict parallel safe
    as $$
        declare
            bytes bytea := '';
        begin
            if $1 not between 1 and 1024 then
                raise exception 'Length not in range' using errcode = 'invalid_parameter_value';
            end if;
            while octet_length(bytes) < $1 loop
                bytes := bytes || sha256(
                    uuid_send(pg_catalog.gen_random_uuid()) || uuid_send(pg_catalog.gen_random_uuid())
                );
            end loop;
            return substr(bytes, 1, $1);
        end
    $$;

-- The shape of the real thing, so that seeds run and `crypt(password, stored) = stored` holds; the
-- hash is a SHA-256, not bcrypt, and no other program can check it.
create function gen_salt(text, integer) returns text
    language plpgsql volatile strict parallel safe
    as $$
        declare
            noise constant text := translate(
                encode(sha256(uuid_send(pg_catalog.gen_random_uuid())), 'base64'), '+=', './'
            );
        begin
            case lower($1)
                when 'bf' then
                    if $2 not between 4 and 31 then
                        raise exception 'gen_salt: Incorrect number of rounds'
                            using errcode = 'invalid_parameter_value';
                    end if;
                    return '$2a$' || lpad($2::text, 2, '0') || '$' || left(noise, 22);
                when 'md5' then return '$1$' || left(noise, 8);
                when 'xdes' then return '_J9..' || left(noise, 4);
                when 'des' then return left(noise, 2);
                else
                    raise exception 'gen_salt: Unknown salt algorithm'
                        using errcode = 'invalid_parameter_value';
            end case;
        end
    $$;
create function gen_salt(text) returns text
    language sql volatile strict parallel safe
    return gen_salt($1, 6);
create function crypt(text, text) returns text
    language plpgsql immutable strict parallel safe
    as $$
        declare
            -- What of the stored hash is its salt, and how long the rest is.
            salt constant text := coalesce(
                substring($2 from '^\$2[axy]\$\d\d\$.{22}'),
                substring($2 from '^\$1\$[^$]{1,8}') || '$',
                substring($2 from '^_.{8}'),
                substring($2 from '^[^$_].')
            );
            length constant integer :=
                case when salt like '$2%' then 31 when salt like '$1$%' then 22 else 11 end;
        begin
            if salt is null then
                raise exception 'invalid salt' using errcode = 'invalid_parameter_value';
            end if;
            return salt || left(
                translate(encode(sha256(convert_to(salt || $1, 'UTF8')), 'base64'), '+=', './'), length
            );
        end
    $$;

do $stubs$
declare
    stub record;
begin
    for stub in
        select *
        from (values
            ('encrypt(bytea, bytea, text)', 'bytea', 'immutable'),
            ('decrypt(bytea, bytea, text)', 'bytea', 'immutable'),
            ('encrypt_iv(bytea, bytea, bytea, text)', 'bytea', 'immutable'),
            ('decrypt_iv(bytea, bytea, bytea, text)', 'bytea', 'immutable'),
            ('pgp_sym_encrypt(text, text)', 'bytea', 'volatile'),
            ('pgp_sym_encrypt(text, text, text)', 'bytea', 'volatile'),
            ('pgp_sym_encrypt_bytea(bytea, text)', 'bytea', 'volatile'),
            ('pgp_sym_encrypt_bytea(bytea, text, text)', 'bytea', 'volatile'),
            ('pgp_sym_decrypt(bytea, text)', 'text', 'immutable'),
            ('pgp_sym_decrypt(bytea, text, text)', 'text', 'immutable'),
            ('pgp_sym_decrypt_bytea(bytea, text)', 'bytea', 'immutable'),
            ('pgp_sym_decrypt_bytea(bytea, text, text)', 'bytea', 'immutable'),
            ('pgp_pub_encrypt(text, bytea)', 'bytea', 'volatile'),
            ('pgp_pub_encrypt(text, bytea, text)', 'bytea', 'volatile'),
            ('pgp_pub_encrypt_bytea(bytea, bytea)', 'bytea', 'volatile'),
            ('pgp_pub_encrypt_bytea(bytea, bytea, text)', 'bytea', 'volatile'),
            ('pgp_pub_decrypt(bytea, bytea)', 'text', 'immutable'),
            ('pgp_pub_decrypt(bytea, bytea, text)', 'text', 'immutable'),
            ('pgp_pub_decrypt(bytea, bytea, text, text)', 'text', 'immutable'),
            ('pgp_pub_decrypt_bytea(bytea, bytea)', 'bytea', 'immutable'),
            ('pgp_pub_decrypt_bytea(bytea, bytea, text)', 'bytea', 'immutable'),
            ('pgp_pub_decrypt_bytea(bytea, bytea, text, text)', 'bytea', 'immutable'),
            ('pgp_key_id(bytea)', 'text', 'immutable'),
            ('armor(bytea)', 'text', 'immutable'),
            ('armor(bytea, text[], text[])', 'text', 'immutable'),
            ('dearmor(text)', 'bytea', 'immutable')
        ) as s (signature, returns, volatility)
    loop
        execute format(
            'create function %s returns %s language plpgsql %s strict parallel safe as %L',
            stub.signature,
            stub.returns,
            stub.volatility,
            format(
                'begin raise exception %L using errcode = ''feature_not_supported''; end',
                'airlock stub: ' || split_part(stub.signature, '(', 1)
                    || '() of pgcrypto is not available on this server'
            )
        );
    end loop;
end
$stubs$;
create function pgp_armor_headers(text, out key text, out value text) returns setof record
    language sql immutable strict parallel safe
    as $$
        select m[1], m[2]
        from regexp_matches($1, '^([^:\n]+): ([^\n]*)$', 'gn') as m
    $$;
