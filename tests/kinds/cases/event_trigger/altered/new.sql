create function watch() returns event_trigger language plpgsql as $$ begin null; end $$;
create function look() returns event_trigger language plpgsql as $$ begin null; end $$;

create event trigger one on ddl_command_start execute function watch();
alter event trigger one enable replica;
create event trigger two on ddl_command_end when tag in ('CREATE CONVERSION') execute function look();
create event trigger three on table_rewrite execute function watch();
alter event trigger three disable;
