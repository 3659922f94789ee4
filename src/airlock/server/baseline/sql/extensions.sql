-- The extensions of a new project.
create extension if not exists "uuid-ossp" with schema extensions;
create extension if not exists pgcrypto with schema extensions;
create extension if not exists pg_stat_statements with schema extensions;

create extension if not exists supabase_vault with schema vault;
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

create extension if not exists pg_graphql with schema graphql;
