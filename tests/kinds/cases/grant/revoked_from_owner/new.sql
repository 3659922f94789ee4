do $$
begin
  if to_regrole('keeper') is null then
    create role keeper;
  end if;
end
$$;

create table ledger (id bigint primary key, amount numeric);
revoke update, delete, truncate on ledger from current_user;
create table archive (id bigint primary key);
create view sums as select sum(amount) as amount from ledger;
alter view sums owner to keeper;
revoke insert, update, delete on sums from keeper;
create table frozen (id bigint primary key);
alter table frozen owner to keeper;
revoke all on frozen from keeper;
grant select on frozen to keeper with grant option;
