create function note() returns trigger language plpgsql as $$ begin return null; end $$;
create function guard() returns trigger language plpgsql as $$ begin return new; end $$;

create table orders (id int primary key, amount bigint, state text);
create trigger large before update of amount on orders for each row when (new.amount > 100) execute function guard();
alter table orders enable replica trigger large;
