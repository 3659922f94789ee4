do $$
begin
  if to_regrole('keeper') is null then
    create role keeper;
  end if;
end
$$;

create table ledger (id bigint primary key, amount numeric);
create table archive (id bigint primary key);
revoke all on archive from current_user;
create view sums as select sum(amount) as amount from ledger;
alter view sums owner to keeper;
