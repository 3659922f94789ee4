do $$
begin
  if to_regrole('keeper') is null then
    create role keeper;
  end if;
end
$$;

create foreign data wrapper files;
create server archive foreign data wrapper files;
