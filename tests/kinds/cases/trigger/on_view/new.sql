create function note() returns trigger language plpgsql as $$ begin return null; end $$;
create function guard() returns trigger language plpgsql as $$ begin return new; end $$;

create table orders (id bigint, state text);
create view open_orders as select state, id from orders;
create trigger added instead of insert or update on open_orders for each row execute function guard();
