create table public.events (id bigint, region text) partition by list (region);
create table public.events_eu partition of public.events for values in ('eu');
create table public.events_us (id bigint, region text);
