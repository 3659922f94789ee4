create foreign data wrapper far;
create server elsewhere foreign data wrapper far;
create foreign table orders (id int, amount int) server elsewhere;
create function guard() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger guarded before insert or update of amount on orders for each row execute function guard();
create trigger other before insert on orders for each row execute function guard();
alter table orders disable trigger other;
create trigger more after delete on orders for each statement execute function guard();
