do $$
begin
  if to_regrole('importer') is null then
    create role importer login connection limit 3 valid until '2031-05-01 12:00:00+00';
    alter role importer set statement_timeout to '90s';
    alter role importer set search_path to extensions;
    alter role importer set lock_timeout to '1s';
  end if;
end
$$;
create table imports (id bigint primary key);
grant insert on imports to importer;
