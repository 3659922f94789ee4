do $$
begin
  if to_regrole('dba') is null then
    create role dba;
  end if;
end
$$;

create table events (id bigint primary key);
grant maintain, select on events to dba;
create table logs (id bigint primary key);
revoke maintain on logs from current_user;
grant all on logs to dba;
