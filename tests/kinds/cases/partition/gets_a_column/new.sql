create table public.events (id bigint, region text, note text default 'n' not null, at date) partition by list (region);
create table public.events_eu partition of public.events for values in ('eu');
create view public.seen as select id, at from public.events_eu;
