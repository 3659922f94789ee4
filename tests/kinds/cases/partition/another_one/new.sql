create table public.events (id bigint, region text, check (id > 0)) partition by list (region);
create table public.events_eu partition of public.events for values in ('eu', 'uk');
create table public.events_us partition of public.events for values in ('us');
create index events_id on public.events (id);
