do $$
begin
  if to_regrole('nurse') is null then
    create role nurse;
  end if;
end
$$;

create table wards (id bigint primary key, name text, beds integer);
grant select (name), update (beds) on wards to nurse;
create view free_beds as select id, beds from wards;
grant select (beds) on free_beds to nurse;
