-- What the platform stopped granting on new objects in `public` on 30 October 2026. It takes back
-- these rights and no others: TRUNCATE, REFERENCES and TRIGGER on tables and UPDATE on sequences
-- stay. Functions can still be called through PUBLIC, whose EXECUTE is built into Postgres.
alter default privileges for role postgres in schema public
    revoke select, insert, update, delete on tables from anon, authenticated, service_role;
alter default privileges for role postgres in schema public
    revoke usage, select on sequences from anon, authenticated, service_role;
alter default privileges for role postgres in schema public
    revoke execute on functions from anon, authenticated, service_role;
