create table public.teams (id integer primary key);
create table public.members (team integer references public.teams, role varchar(10), primary key (team, role));
alter table public.members enable row level security;
create policy own on public.members using (role = 'admin') with check (team > 0);
create function public.touch() returns trigger language plpgsql as 'begin return new; end';
create trigger touch before update of role on public.members for each row when (new.team > 1) execute function public.touch();
