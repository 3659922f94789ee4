create schema audit;
create function audit.note() returns trigger language plpgsql as $$ begin return null; end $$;
create table orders (id int primary key);
create trigger noted after insert on orders for each row execute function audit.note();
