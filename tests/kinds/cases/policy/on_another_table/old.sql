create table public.teams (id integer, owner text);
create table public.notes (id integer, team integer);
create policy a on public.notes using (exists (select from public.teams t where t.id = team and t.owner = current_user));
