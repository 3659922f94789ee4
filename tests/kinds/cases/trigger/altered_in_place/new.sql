create function note() returns trigger language plpgsql as $$ begin return null; end $$;
create function guard() returns trigger language plpgsql as $$ begin return new; end $$;

create table orders (id int primary key, amount int, state text);
create trigger a before insert or delete on orders for each row when (pg_trigger_depth() = 0) execute function guard('x');
create trigger b before insert on orders for each row execute function guard();
alter table orders disable trigger b;
create trigger c after update on orders for each row execute function note();
alter table orders enable always trigger c;
create constraint trigger d after insert or update on orders deferrable for each row execute function note();
create constraint trigger e after insert on orders for each row execute function guard();
