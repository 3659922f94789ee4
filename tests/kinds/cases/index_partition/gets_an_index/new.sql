create table public.events (id bigint not null, region text not null, primary key (id, region)) partition by list (region);
create table public.events_eu partition of public.events for values in ('eu');
create table public.events_us partition of public.events for values in ('us');
create index events_region on public.events (region);
create unique index on public.events (region, id) where id > 3;
