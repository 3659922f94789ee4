-- Migration: Create user on sign-up
-- Purpose:   Whoever signs up has a row in public.users at once
-- Author:    Careers team
-- Date:      2026-01-12

-- Runs with its owner's rights, since the auth service may not write to public.users.
create or replace function public.create_user_on_sign_up()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.users (id, email, full_name)
  values (new.id, new.email, coalesce(new.raw_user_meta_data ->> 'full_name', ''))
  on conflict (id) do nothing;
  return new;
end;
$$;

revoke execute on function public.create_user_on_sign_up() from public, anon, authenticated;

comment on function public.create_user_on_sign_up() is
  'Trigger function: gives a new account its row in public.users';

create or replace trigger create_user_on_sign_up
  after insert on auth.users
  for each row
  execute function public.create_user_on_sign_up();
