create table public.orders (
  id integer,
  status varchar(20) check (status in ('new', 'it''s, sent', 'done')),
  note text check (note in ('a', 'b'))
);
create index on public.orders (id) where status in ('new', 'done');
create view public.open_orders as select id from public.orders where status in ('new', 'sent');
create policy "some" on public.orders using (status = any (array['new', 'done']));
