create type public.priority as enum ('low', 'high');
create table public.tickets (id int primary key, priority public.priority default 'low');
create view public.urgent as select id from public.tickets where priority = 'high';
