create table public.notes (id integer, owner text, shared boolean);
create policy a on public.notes for select using (owner = 'x');
create policy b on public.notes using (shared) with check (shared);
create policy c on public.notes for update using (shared);
