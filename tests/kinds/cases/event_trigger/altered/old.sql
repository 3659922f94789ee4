create function watch() returns event_trigger language plpgsql as $$ begin null; end $$;
create function look() returns event_trigger language plpgsql as $$ begin null; end $$;

create event trigger one on ddl_command_start execute function watch();
create event trigger two on ddl_command_end execute function watch();
create event trigger three on sql_drop execute function watch();
alter event trigger three enable always;
