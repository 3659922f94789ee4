do $$
begin
  if to_regrole('nurse') is null then
    create role nurse;
  end if;
end
$$;
do $$
begin
  if to_regrole('doctor') is null then
    create role doctor;
  end if;
end
$$;

create table patients (id bigint primary key, name text, address text, diagnosis text, "Blood type" text);
grant select (name, address), insert (address) on patients to nurse;
grant select (diagnosis, "Blood type"), references (id) on patients to doctor;
grant update (diagnosis) on patients to doctor with grant option;
create view addresses as select id, address from patients;
grant select (id), update (address) on addresses to nurse;
create view names as select id, name from patients;
grant select (name) on names to nurse;
