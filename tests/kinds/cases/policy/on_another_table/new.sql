create table public.notes (id integer, team integer);
create policy a on public.notes using (team > 0);
