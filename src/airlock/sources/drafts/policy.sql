alter table {{table}} enable row level security;

drop policy if exists {{policy}} on {{table}};
create policy {{policy}} on {{table}}
  for select
-- {{supabase}}
  to authenticated
  using ((select auth.uid()) = user_id);

-- A policy lets nobody in who holds no grant.
grant select on {{table}} to authenticated;
-- {{end}}
-- {{plain}}
  using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
-- {{end}}

comment on policy {{policy}} on {{table}} is {{comment}};
