-- Where the real extension encrypts, this one hands the bytes through.
create function vault._crypto_aead_det_encrypt(
    message bytea, additional bytea, key_id bigint, context bytea default 'pgsodium',
    nonce bytea default null
)
    returns bytea
    language sql immutable
    return message;
create function vault._crypto_aead_det_decrypt(
    message bytea, additional bytea, key_id bigint, context bytea default 'pgsodium',
    nonce bytea default null
)
    returns bytea
    language sql immutable
    return message;
create function vault._crypto_aead_det_noncegen() returns bytea
    language sql immutable
    return uuid_send(gen_random_uuid());

create table vault.secrets (
    id uuid primary key default gen_random_uuid(),
    name text,
    description text not null default '',
    secret text not null,
    key_id uuid,
    nonce bytea default vault._crypto_aead_det_noncegen(),
    created_at timestamptz not null default current_timestamp,
    updated_at timestamptz not null default current_timestamp
);
comment on table vault.secrets is
    'Table with encrypted `secret` column for storing sensitive information on disk.';
create unique index secrets_name_idx on vault.secrets (name) where name is not null;

create view vault.decrypted_secrets as
    select
        id,
        name,
        description,
        secret,
        convert_from(
            vault._crypto_aead_det_decrypt(
                message => decode(secret, 'base64'),
                additional => convert_to(id::text, 'utf8'),
                key_id => 0,
                nonce => nonce
            ),
            'utf8'
        ) as decrypted_secret,
        key_id,
        nonce,
        created_at,
        updated_at
    from vault.secrets;

create function vault.create_secret(
    new_secret text, new_name text default null, new_description text default '',
    new_key_id uuid default null
)
    returns uuid
    language sql security definer
    set search_path = ''
    as $$
        insert into vault.secrets (secret, name, description)
        values (
            encode(
                vault._crypto_aead_det_encrypt(convert_to(new_secret, 'utf8'), '', 0), 'base64'
            ),
            new_name,
            new_description
        )
        returning id
    $$;
create function vault.update_secret(
    secret_id uuid, new_secret text default null, new_name text default null,
    new_description text default null, new_key_id uuid default null
)
    returns void
    language sql security definer
    set search_path = ''
    as $$
        update vault.secrets
        set secret = coalesce(
                encode(
                    vault._crypto_aead_det_encrypt(convert_to(new_secret, 'utf8'), '', 0), 'base64'
                ),
                secret
            ),
            name = coalesce(new_name, name),
            description = coalesce(new_description, description),
            updated_at = now()
        where id = secret_id
    $$;

revoke all on function vault._crypto_aead_det_encrypt, vault._crypto_aead_det_decrypt,
    vault._crypto_aead_det_noncegen, vault.create_secret, vault.update_secret
    from public;
select pg_catalog.pg_extension_config_dump('vault.secrets', '');
