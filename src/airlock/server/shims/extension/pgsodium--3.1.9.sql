do $roles$
declare
    name text;
begin
    foreach name in array array['pgsodium_keyiduser', 'pgsodium_keyholder', 'pgsodium_keymaker'] loop
        if to_regrole(name) is null then
            execute format('create role %I nologin', name);
        end if;
    end loop;
    grant pgsodium_keyholder to pgsodium_keymaker;
    grant pgsodium_keyiduser to pgsodium_keymaker, pgsodium_keyholder;
end
$roles$;

create type pgsodium.key_status as enum ('default', 'valid', 'invalid', 'expired');
create type pgsodium.key_type as enum (
    'aead-ietf', 'aead-det', 'hmacsha512', 'hmacsha256', 'auth', 'shorthash', 'generichash', 'kdf',
    'secretbox', 'secretstream', 'stream_xchacha20'
);
create table pgsodium.key (
    id uuid primary key default gen_random_uuid(),
    status pgsodium.key_status default 'valid',
    created timestamptz not null default current_timestamp,
    expires timestamptz,
    key_type pgsodium.key_type,
    key_id bigserial,
    key_context bytea default '\x7067736f6469756d' check (length(key_context) = 8),
    name text unique,
    associated_data text default 'associated',
    raw_key bytea,
    raw_key_nonce bytea,
    parent_key uuid references pgsodium.key (id),
    comment text,
    user_data text
);
create view pgsodium.valid_key as
    select id, name, status, key_type, key_id, key_context, created, expires, associated_data
    from pgsodium.key
    where status in ('valid', 'default')
      and (expires is null or expires > now());
create view pgsodium.decrypted_key as
    select id, status, created, expires, key_type, key_id, key_context, name, associated_data,
        raw_key, raw_key as decrypted_raw_key, raw_key_nonce, parent_key, comment
    from pgsodium.key;

create function pgsodium.create_key(
    key_type pgsodium.key_type default 'aead-det', name text default null,
    raw_key bytea default null, raw_key_nonce bytea default null, parent_key uuid default null,
    key_context bytea default '\x7067736f6469756d', expires timestamptz default null,
    associated_data text default ''
)
    returns pgsodium.valid_key
    language sql security definer
    set search_path = ''
    as $$
        insert into pgsodium.key (
            key_type, name, raw_key, raw_key_nonce, parent_key, key_context, expires, associated_data
        )
        values (
            create_key.key_type, create_key.name, create_key.raw_key, create_key.raw_key_nonce,
            create_key.parent_key, create_key.key_context, create_key.expires,
            create_key.associated_data
        )
        returning id, name, status, key_type, key_id, key_context, created, expires, associated_data
    $$;
create function pgsodium.randombytes_buf(size integer) returns bytea
    language sql volatile
    as $$
        select substr(
            decode(string_agg(replace(gen_random_uuid()::text, '-', ''), ''), 'hex'), 1, size
        )
        from generate_series(0, size / 16)
    $$;
create function pgsodium.crypto_aead_det_noncegen() returns bytea
    language sql volatile
    as 'select pgsodium.randombytes_buf(32)';
create function pgsodium.crypto_aead_det_keygen() returns bytea
    language sql volatile
    as 'select pgsodium.randombytes_buf(32)';
create function pgsodium.crypto_secretbox_noncegen() returns bytea
    language sql volatile
    as 'select pgsodium.randombytes_buf(24)';
create function pgsodium.crypto_secretbox_keygen() returns bytea
    language sql volatile
    as 'select pgsodium.randombytes_buf(32)';

do $stubs$
declare
    signature text;
begin
    foreach signature in array array[
        'crypto_aead_det_encrypt(message bytea, additional bytea, key bytea, nonce bytea default null)',
        'crypto_aead_det_encrypt(message bytea, additional bytea, key_uuid uuid)',
        'crypto_aead_det_encrypt(message bytea, additional bytea, key_uuid uuid, nonce bytea)',
        'crypto_aead_det_decrypt(ciphertext bytea, additional bytea, key bytea, nonce bytea default null)',
        'crypto_aead_det_decrypt(message bytea, additional bytea, key_uuid uuid)',
        'crypto_aead_det_decrypt(message bytea, additional bytea, key_uuid uuid, nonce bytea)',
        'crypto_secretbox(message bytea, nonce bytea, key bytea)',
        'crypto_secretbox(message bytea, nonce bytea, key_uuid uuid)',
        'crypto_secretbox_open(ciphertext bytea, nonce bytea, key bytea)',
        'crypto_secretbox_open(message bytea, nonce bytea, key_uuid uuid)',
        'crypto_auth_hmacsha256(message bytea, key_uuid uuid)',
        'crypto_auth_hmacsha512(message bytea, key_uuid uuid)',
        'derive_key(key_id bigint, key_len integer default 32, context bytea default ''pgsodium'')'
    ] loop
        execute format(
            'create function pgsodium.%s returns bytea language plpgsql immutable as %L',
            signature,
            format(
                'begin raise exception %L using errcode = ''feature_not_supported''; end',
                'airlock stub: pgsodium.' || split_part(signature, '(', 1)
                    || '() is not available on this server'
            )
        );
    end loop;
end
$stubs$;

grant usage on schema pgsodium to pgsodium_keyiduser;
grant select on pgsodium.valid_key to pgsodium_keyiduser;
grant all on all tables in schema pgsodium to pgsodium_keyholder;
grant all on all sequences in schema pgsodium to pgsodium_keyholder;
