create table if not exists {{table}} (
  id uuid primary key default gen_random_uuid(),
-- {{supabase}}
  user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
-- {{end}}

  -- Add your columns here
  name text not null,
  description text,

  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index if not exists {{index_name}} on {{table}} (name);
-- {{supabase}}
create index if not exists {{index_user_id}} on {{table}} (user_id);

-- With row level security a row is seen only through a policy.
alter table {{table}} enable row level security;

drop policy if exists {{policy_select}} on {{table}};
create policy {{policy_select}} on {{table}}
  for select
  to authenticated
  using ((select auth.uid()) = user_id);

drop policy if exists {{policy_insert}} on {{table}};
create policy {{policy_insert}} on {{table}}
  for insert
  to authenticated
  with check ((select auth.uid()) = user_id);

drop policy if exists {{policy_update}} on {{table}};
create policy {{policy_update}} on {{table}}
  for update
  to authenticated
  using ((select auth.uid()) = user_id)
  with check ((select auth.uid()) = user_id);

drop policy if exists {{policy_delete}} on {{table}};
create policy {{policy_delete}} on {{table}}
  for delete
  to authenticated
  using ((select auth.uid()) = user_id);

-- A new table is granted to no role of the API: what is not granted here, nobody can do.
grant select, insert, update, delete on {{table}} to authenticated;
grant all on {{table}} to service_role;
-- {{end}}
-- {{plain}}

-- A new table is its owner's alone: grant what the application's role needs.
-- grant select, insert, update, delete on {{table}} to your_role;
-- {{end}}

create or replace function public.update_updated_at()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at = now();
  return new;
end;
$$;

create or replace trigger {{trigger}}
  before update on {{table}}
  for each row
  execute function public.update_updated_at();

comment on table {{table}} is {{comment}};
