create type public.state as enum ('open', 'shut');
create table public.doors (
  id int primary key,
  state public.state default 'shut',
  constraint doors_not_open check (state <> 'open' or id > 0)
);
create index doors_shut on public.doors (id) where state = 'shut';
