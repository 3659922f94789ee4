create table public.notes (id integer, owner text, shared boolean);
alter table public.notes enable row level security;
create policy "Owners read" on public.notes for select using (owner = current_user);
create policy owners_write on public.notes for insert with check (owner = current_user);
create policy narrow on public.notes as restrictive for update using (shared) with check (not shared);
create policy everything on public.notes to pg_monitor using (true);
