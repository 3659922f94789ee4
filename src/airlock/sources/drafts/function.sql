-- With an empty search_path every name in the body needs its schema: public.users, auth.uid().
create or replace function {{function}}()
returns integer
language plpgsql
security invoker
set search_path = ''
as $$
begin
  return 1;
end;
$$;

-- Everybody may run a new function unless it is taken from them.
revoke execute on function {{function}}() from public;
-- {{supabase}}
revoke execute on function {{function}}() from anon;
grant execute on function {{function}}() to authenticated, service_role;
-- {{end}}

comment on function {{function}}() is {{comment}};
