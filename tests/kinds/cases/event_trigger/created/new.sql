create function watch() returns event_trigger language plpgsql as $$ begin null; end $$;
create function look() returns event_trigger language plpgsql as $$ begin null; end $$;

create event trigger "On start" on ddl_command_start when tag in ('create view', 'DROP VIEW') execute function watch();
create event trigger on_end on ddl_command_end execute function look();
create event trigger off on sql_drop execute function watch();
alter event trigger off disable;
