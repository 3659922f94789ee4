create function note() returns trigger language plpgsql as $$ begin return null; end $$;
create function guard() returns trigger language plpgsql as $$ begin return new; end $$;

create table orders (id int primary key, amount int, state text);
create trigger a before insert on orders for each row execute function guard();
create trigger b before insert on orders for each row execute function guard();
create trigger c after insert on orders for each statement execute function note();
alter table orders disable trigger c;
create constraint trigger d after insert on orders for each row execute function note();
create trigger e before insert on orders for each row execute function guard();
