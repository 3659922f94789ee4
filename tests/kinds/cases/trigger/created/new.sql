create function note() returns trigger language plpgsql as $$ begin return null; end $$;
create function guard() returns trigger language plpgsql as $$ begin return new; end $$;

create table orders (id int primary key, amount int, state text);
create view open_orders as select * from orders where state = 'open';
create trigger "Before it" before insert or update of amount, state on orders
  for each row when (new.amount > 0) execute function guard('a', 'it''s');
create trigger after_all after update on orders
  referencing old table as gone new table as came for each statement execute function note();
create trigger emptied after truncate on orders execute function note();
create constraint trigger late after insert on orders
  deferrable initially deferred for each row execute function note();
create trigger instead instead of insert on open_orders for each row execute function guard();
create trigger off before delete on orders for each row execute function guard();
create trigger always before delete on orders for each row execute function guard();
create trigger replicated before delete on orders for each row execute function guard();
alter table orders disable trigger off;
alter table orders enable always trigger always;
alter table orders enable replica trigger replicated;
