do $$
begin
  if to_regrole('keeper') is null then
    create role keeper;
  end if;
end
$$;

create foreign data wrapper files;
create server archive foreign data wrapper files;
alter server archive owner to keeper;
create server attic foreign data wrapper files;
alter server attic owner to keeper;
create foreign table papers (id bigint, title text) server archive;
alter foreign table papers owner to keeper;
create trusted language keeping handler plpgsql_call_handler;
alter language keeping owner to keeper;
create conversion public.latin for 'LATIN1' to 'UTF8' from pg_catalog.iso8859_1_to_utf8;
alter conversion public.latin owner to keeper;
