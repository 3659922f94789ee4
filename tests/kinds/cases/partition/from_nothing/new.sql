create table public.events (id bigint not null, region text not null, at date not null, primary key (id, region, at)) partition by list (region);
create table public.events_eu partition of public.events for values in ('eu', 'uk') partition by range (at);
create table public.events_eu_2026 partition of public.events_eu for values from ('2026-01-01') to ('2027-01-01');
create table public.events_rest partition of public.events default;
create index events_at on public.events (at);
create unique index events_one on public.events_eu_2026 (id);
