-- Migration: Add availability
-- Purpose:   People say from when they are free, and leave the place open unless they name one
-- Author:    Careers team
-- Date:      2026-02-16

alter table public.user_career_profiles
  add column if not exists available_from date;

comment on column public.user_career_profiles.available_from is
  'First day on which the person can start; null where it is not known';

alter table public.user_career_profiles
  alter column preferred_work_mode set default 'flexible';
