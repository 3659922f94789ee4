do $$
begin
  if to_regrole('app') is null then
    create role app;
  end if;
end
$$;

create table files (id oid primary key);
