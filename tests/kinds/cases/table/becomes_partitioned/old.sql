create table public.events (id bigint, region text);
create view public.seen as select id from public.events;
