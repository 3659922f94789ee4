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

create table patients (id bigint primary key, name text, address text, diagnosis text);
grant select (name), update (name) on patients to nurse;
grant select (diagnosis) on patients to public;
create view addresses as select id, address from patients;
grant select (address) on addresses to nurse;
