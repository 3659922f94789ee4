create table public.notes (id integer, owner text, shared boolean);
create policy a on public.notes for select to pg_monitor using (owner = 'y');
create policy b on public.notes using (shared);
create policy c on public.notes for delete using (shared);
