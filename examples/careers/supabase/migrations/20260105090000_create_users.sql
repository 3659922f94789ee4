-- Migration: Create users
-- Purpose:   One row per person who signed up, readable by that person alone
-- Author:    Careers team
-- Date:      2026-01-05

-- Every table with an updated_at column shares this function.
create or replace function public.update_updated_at()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end;
$$;

revoke execute on function public.update_updated_at() from public, anon, authenticated;

comment on function public.update_updated_at() is
  'Trigger function: stamps updated_at with the time of the change';

create table if not exists public.users (
  id uuid primary key references auth.users (id) on delete cascade,
  email text unique,
  full_name text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

comment on table public.users is 'People who signed up; the account itself is in auth.users';
comment on column public.users.email is 'Address given at sign-up; null for an account without one';

alter table public.users enable row level security;

-- What each role may do is written down, whatever the project's default privileges are.
revoke all on table public.users from anon, authenticated, service_role;
grant select, update (full_name) on table public.users to authenticated;
grant select, insert, update, delete on table public.users to service_role;

drop policy if exists "Users can view their own row" on public.users;
create policy "Users can view their own row" on public.users
  for select
  to authenticated
  using ((select auth.uid()) = id);

drop policy if exists "Users can rename themselves" on public.users;
create policy "Users can rename themselves" on public.users
  for update
  to authenticated
  using ((select auth.uid()) = id)
  with check ((select auth.uid()) = id);

create or replace trigger users_updated_at
  before update on public.users
  for each row
  execute function public.update_updated_at();
