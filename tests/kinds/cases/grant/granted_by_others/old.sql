do $$
begin
  if to_regrole('lead') is null then
    create role lead;
  end if;
end
$$;
do $$
begin
  if to_regrole('helper') is null then
    create role helper;
  end if;
end
$$;
do $$
begin
  if to_regrole('guest') is null then
    create role guest;
  end if;
end
$$;

create table notes (id bigint primary key, text text);
grant select, insert on notes to lead with grant option;
set role lead;
grant select on notes to helper with grant option;
reset role;
set role helper;
grant select on notes to guest;
reset role;
