do $$
begin
  if to_regrole('importer') is null then
    create role importer login noinherit connection limit 3 valid until '2031-05-01 12:00:00+02';
    alter role importer set search_path to "$user", 'Odd Schema', extensions;
    alter role importer set statement_timeout to '90s';
    alter role importer set work_mem to '64MB';
  end if;
  if to_regrole('batch') is null then
    create role batch createdb createrole bypassrls replication;
    grant batch to importer;
  end if;
end
$$;
create table imports (id bigint primary key);
grant insert on imports to batch;
