create table public.events (id bigint, region text) partition by list (region);
create table public.events_eu (id bigint, region text);
create table public.events_us partition of public.events for values in ('us');
