-- The extensions of a new project. Airlock's own servers have all of them, if as stand-ins; a server
-- that is given goes without those that it lacks.
do $extensions$
declare
    wanted record;
begin
    for wanted in
        select w.name, w.schema
        from (values
            (1, 'uuid-ossp', 'extensions'),
            (2, 'pgcrypto', 'extensions'),
            (3, 'pg_stat_statements', 'extensions'),
            (4, 'supabase_vault', 'vault'),
            (5, 'pg_graphql', 'graphql')
        ) as w (place, name, schema)
        join pg_catalog.pg_available_extensions a on a.name = w.name
        order by w.place
    loop
        execute format('create extension %I with schema %I', wanted.name, wanted.schema);
    end loop;
end
$extensions$;

do $vault$
begin
    if to_regclass('vault.secrets') is null then
        return;
    end if;
    grant usage on schema vault to postgres with grant option;
    grant select, delete on vault.secrets, vault.decrypted_secrets to postgres with grant option;
    -- Foreign keys to secrets and TRUNCATE are what the platform's dumps show besides.
    grant references, truncate on vault.secrets, vault.decrypted_secrets to postgres;
    grant execute on function vault.create_secret, vault.update_secret, vault._crypto_aead_det_decrypt
        to postgres with grant option;
    grant usage on schema vault to service_role;
    grant select, delete on vault.secrets, vault.decrypted_secrets to service_role;
    grant execute on function vault.create_secret, vault.update_secret, vault._crypto_aead_det_decrypt
        to service_role;
end
$vault$;
