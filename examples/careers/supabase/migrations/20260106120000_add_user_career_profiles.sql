-- Migration: Add user career profiles
-- Purpose:   Keep what a person does, can do and looks for
-- Author:    Careers team
-- Date:      2026-01-06

do $$
begin
  create type public.work_mode as enum ('remote', 'hybrid', 'onsite');
exception
  when duplicate_object then null;
end;
$$;

comment on type public.work_mode is 'Where the work is done';

-- A person has one profile, so the person's id is the key; it needs no second index.
create table if not exists public.user_career_profiles (
  user_id uuid primary key references public.users (id) on delete cascade,

  current_title text,
  experience_years integer not null default 0,
  industry text,
  skills text[] not null default '{}',
  career_goals text[] not null default '{}',

  preferred_work_mode public.work_mode,
  preferred_locations text[] not null default '{}',
  open_to_relocation boolean not null default false,
  salary_expectation_min integer,
  salary_expectation_max integer,
  currency text not null default 'INR',

  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint user_career_profiles_experience_check
    check (experience_years between 0 and 80),
  constraint user_career_profiles_salary_check
    check (salary_expectation_min >= 0 and salary_expectation_max >= salary_expectation_min),
  constraint user_career_profiles_currency_check
    check (currency ~ '^[A-Z]{3}$')
);

comment on table public.user_career_profiles is 'What a person does, can do and looks for';
comment on column public.user_career_profiles.skills is 'Skill keywords, as the person wrote them';
comment on column public.user_career_profiles.salary_expectation_min is
  'Per year, in whole units of currency';
comment on column public.user_career_profiles.currency is 'ISO 4217 code';

create index if not exists user_career_profiles_industry_idx
  on public.user_career_profiles (industry);

alter table public.user_career_profiles enable row level security;

revoke all on table public.user_career_profiles from anon, authenticated, service_role;
grant select, insert, update, delete on table public.user_career_profiles
  to authenticated, service_role;

drop policy if exists "Users can view their own profile" on public.user_career_profiles;
create policy "Users can view their own profile" on public.user_career_profiles
  for select
  to authenticated
  using ((select auth.uid()) = user_id);

drop policy if exists "Users can create their own profile" on public.user_career_profiles;
create policy "Users can create their own profile" on public.user_career_profiles
  for insert
  to authenticated
  with check ((select auth.uid()) = user_id);

drop policy if exists "Users can update their own profile" on public.user_career_profiles;
create policy "Users can update their own profile" on public.user_career_profiles
  for update
  to authenticated
  using ((select auth.uid()) = user_id)
  with check ((select auth.uid()) = user_id);

drop policy if exists "Users can delete their own profile" on public.user_career_profiles;
create policy "Users can delete their own profile" on public.user_career_profiles
  for delete
  to authenticated
  using ((select auth.uid()) = user_id);

create or replace trigger user_career_profiles_updated_at
  before update on public.user_career_profiles
  for each row
  execute function public.update_updated_at();
