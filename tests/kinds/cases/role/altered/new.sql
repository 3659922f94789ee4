do $$
begin
  if to_regrole('importer') is null then
    create role importer noinherit createdb connection limit 5 valid until 'infinity';
    alter role importer set statement_timeout to '30s';
    alter role importer set search_path to '';
    alter role importer set "work_mem" to '1MB';
  end if;
end
$$;
create table imports (id bigint primary key);
grant insert on imports to importer;
