-- How the pooler learns a role's password; the answer here is empty, for there are none.
create function pgbouncer.get_auth(p_usename text) returns table (username text, password text)
    language sql security definer
    as $$
        select null::text, null::text
        where false
    $$;
revoke all on function pgbouncer.get_auth(text) from public, service_role, authenticated, anon;
grant execute on function pgbouncer.get_auth(text) to pgbouncer;
