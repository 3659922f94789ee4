do $$
begin
  if to_regrole('app') is null then
    create role app;
  end if;
end
$$;

alter default privileges grant select on large objects to app;
create table files (id oid primary key);
