-- Migration: Add profile completeness
-- Purpose:   Show how much of a profile is filled in
-- Author:    Careers team
-- Date:      2026-01-19

create or replace function public.profile_completeness(profile public.user_career_profiles)
returns integer
language sql
stable
set search_path = ''
as $$
  select 100 * count(*) filter (where filled)::integer / count(*)::integer
  from (
    values
      (profile.current_title is not null),
      (profile.industry is not null),
      (cardinality(profile.skills) > 0),
      (cardinality(profile.career_goals) > 0),
      (profile.preferred_work_mode is not null)
  ) as answers (filled)
$$;

comment on function public.profile_completeness(public.user_career_profiles) is
  'Share of the main questions that a profile answers, in per cent';

-- Functions are open to everybody unless that is taken back.
revoke execute on function public.profile_completeness(public.user_career_profiles)
  from public, anon;
grant execute on function public.profile_completeness(public.user_career_profiles)
  to authenticated, service_role;
