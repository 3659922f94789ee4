create foreign data wrapper far;
create server elsewhere foreign data wrapper far;
create foreign table orders (id int, amount int) server elsewhere;
create function guard() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger guarded before insert on orders for each row execute function guard();
create trigger other before insert on orders for each row execute function guard();
