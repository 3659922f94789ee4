-- What only a superuser may make: a copy of the schema fails over it, with all that this says.
create function app.on_ddl() returns event_trigger language plpgsql as
  $$ begin perform '⟦literal body of an event trigger⟧'; end $$;
alter function app.on_ddl() owner to :deployer;
create event trigger made on ddl_command_end when tag in ('DROP FUNCTION') execute function app.on_ddl();
create foreign data wrapper elsewhere options (token '⟦option foreign-data wrapper⟧');
create server far type '⟦literal server type⟧' version '⟦literal server version⟧'
  foreign data wrapper elsewhere options (host '⟦option server⟧', password '⟦option server password⟧');
alter server far owner to :deployer;
create user mapping for other_:mark server far options (password '⟦option user mapping⟧');
create user mapping for public server far options (password '⟦option user mapping for public⟧');
create foreign table app.far_orders (
  id int options (column_name '⟦literal foreign column option⟧'),
  note text
) server far options (table_name '⟦literal foreign table option⟧');
alter foreign table app.far_orders owner to :deployer;
create subscription from_far connection 'host=127.0.0.1 port=1 dbname=x password=⟦option subscription⟧'
  publication far_away
  with (connect = false, enabled = false, create_slot = false, slot_name = none);
