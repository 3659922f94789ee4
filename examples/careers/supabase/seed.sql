-- Invented people for development. Every address ends in example.com, which is reserved and
-- reaches nobody (RFC 2606).

insert into auth.users (id, aud, role, email, raw_user_meta_data)
values
  ('00000000-0000-4000-8000-000000000001', 'authenticated', 'authenticated',
   'asha@example.com', '{"full_name": "Asha Sample"}'),
  ('00000000-0000-4000-8000-000000000002', 'authenticated', 'authenticated',
   'ben@example.com', '{"full_name": "Ben Sample"}'),
  ('00000000-0000-4000-8000-000000000003', 'authenticated', 'authenticated',
   'chitra@example.com', '{"full_name": "Chitra Sample"}')
on conflict (id) do nothing;

-- The trigger on auth.users has made their rows in public.users.
insert into public.user_career_profiles (
  user_id, current_title, experience_years, industry, skills, career_goals,
  preferred_work_mode, salary_expectation_min, salary_expectation_max
)
values
  ('00000000-0000-4000-8000-000000000001', 'Software engineer', 3, 'Technology',
   '{Python,TypeScript,SQL}', '{"Lead a team"}', 'remote', 800000, 1200000),
  ('00000000-0000-4000-8000-000000000002', 'Data analyst', 2, 'Finance',
   '{SQL,Statistics}', '{"Data science"}', 'hybrid', 600000, 900000)
on conflict (user_id) do nothing;
