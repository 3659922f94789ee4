create type public.mood as enum ('happy', 'ok');
create table public.people (id int primary key, mood public.mood default 'ok', past public.mood[]);
create index people_mood on public.people (mood);
create view public.happy_people as select id, mood from public.people where mood = 'happy';
create function public.cheer(m public.mood) returns public.mood language sql as $$ select m $$;
comment on type public.mood is 'how they feel';
