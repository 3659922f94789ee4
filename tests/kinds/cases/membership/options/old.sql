do $$
begin
  if to_regrole('readers') is null then
    create role readers;
  end if;
end
$$;
do $$
begin
  if to_regrole('ann') is null then
    create role ann;
  end if;
end
$$;
do $$
begin
  if to_regrole('bob') is null then
    create role bob;
  end if;
end
$$;

grant readers to ann with inherit false, set true;
grant readers to bob with inherit true, set false;
create table posts (id bigint primary key);
grant select on posts to readers, ann, bob;
