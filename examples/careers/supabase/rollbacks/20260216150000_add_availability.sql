-- Rollback: Add availability
-- Loses:    the dates in user_career_profiles.available_from

alter table public.user_career_profiles
  alter column preferred_work_mode drop default;

-- The column takes its comment along.
alter table public.user_career_profiles
  drop column if exists available_from;
