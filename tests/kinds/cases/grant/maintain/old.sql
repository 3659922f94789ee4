do $$
begin
  if to_regrole('dba') is null then
    create role dba;
  end if;
end
$$;

create table events (id bigint primary key);
revoke maintain on events from current_user;
create table logs (id bigint primary key);
grant maintain on logs to dba;
