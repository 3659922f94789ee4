create foreign data wrapper mine;
create server archive foreign data wrapper mine;
create foreign table public.orders (id int) server archive options (table_name 'orders');
create function public.stamp() returns trigger language plpgsql as $$begin return new; end$$;
create trigger stamp before insert on public.orders for each row execute function public.stamp();
