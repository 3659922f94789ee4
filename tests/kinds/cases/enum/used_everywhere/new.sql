create role clerk;
create type public.state as enum ('lost', 'sent', 'open');
create table public.orders (
  id int primary key,
  state public.state default 'open' check (state <> 'lost'),
  shown public.state generated always as (state) stored,
  exclude using btree (state with =) where (state = 'sent')
);
create index orders_open on public.orders (state, id) where state = 'open';
alter table public.orders enable row level security;
create policy open_ones on public.orders using (state = 'open');
create function public.states(first public.state default 'open') returns table (each public.state)
  language plpgsql as $$ begin return query select 'open'::public.state; end $$;
create function public.order_of(wanted public.state) returns int language sql
begin atomic select id from public.orders where state = wanted; end;
create materialized view public.first_orders as
  select state, public.order_of(state) from public.orders;
create unique index first_orders_state on public.first_orders (state);
create function public.touched() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger lost before update on public.orders for each row
  when (new.state = 'lost') execute function public.touched();
grant usage on type public.state to clerk;
revoke usage on type public.state from public;
alter type public.state owner to clerk;
