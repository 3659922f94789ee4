-- Migration: Search profiles by skill
-- Purpose:   Find profiles by skill while people go on editing theirs
-- Author:    Careers team
-- Date:      2026-02-03

-- CONCURRENTLY locks nobody out, and runs outside a transaction. A build that was interrupted
-- leaves an invalid index under this name, so the name is cleared first.
drop index concurrently if exists public.user_career_profiles_skills_idx;

create index concurrently user_career_profiles_skills_idx
  on public.user_career_profiles
  using gin (skills);
