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
grant select, insert, update on notes to lead with grant option;
grant select on notes to guest;
set role lead;
grant insert on notes to helper;
grant select (text), update (text) on notes to helper;
reset role;
create schema desk;
grant all on schema desk to lead with grant option;
set role lead;
grant usage on schema desk to helper;
reset role;
