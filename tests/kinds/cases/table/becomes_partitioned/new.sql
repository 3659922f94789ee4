create table public.events (id bigint, region text) partition by list (region);
create table public.events_eu partition of public.events for values in ('eu');
create view public.seen as select id from public.events;
