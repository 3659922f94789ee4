do $$
begin
  if to_regrole('app') is null then
    create role app;
  end if;
end
$$;
do $$
begin
  if to_regrole('reporter') is null then
    create role reporter;
  end if;
end
$$;

alter default privileges grant select on tables to reporter;
alter default privileges grant usage on sequences to app;
create table kept (id bigint primary key);
