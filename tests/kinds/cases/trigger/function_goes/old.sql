create function old_note() returns trigger language plpgsql as $$ begin return null; end $$;
create table orders (id int primary key);
create table parts (id int primary key);
create trigger noted after insert on orders for each row execute function old_note();
create trigger noted after insert on parts for each row execute function old_note();
