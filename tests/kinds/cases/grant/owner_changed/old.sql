do $$
begin
  if to_regrole('seller') is null then
    create role seller;
  end if;
end
$$;
do $$
begin
  if to_regrole('buyer') is null then
    create role buyer;
  end if;
end
$$;

create table offers (id bigint primary key, price numeric);
alter table offers owner to seller;
grant select, update on offers to buyer;
create table bids (id bigint primary key);
alter table bids owner to seller;
grant select on bids to buyer with grant option;
create table visits (id bigint primary key);
revoke delete on visits from current_user;
