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
alter table offers owner to buyer;
grant select on offers to seller;
create table bids (id bigint primary key);
alter table bids owner to buyer;
create table visits (id bigint primary key);
alter table visits owner to buyer;
revoke delete on visits from buyer;
