do $$
begin
  if to_regrole('readers') is null then
    create role readers;
  end if;
end
$$;
do $$
begin
  if to_regrole('writers') is null then
    create role writers;
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

grant readers to ann with admin option;
grant writers to ann, bob;
grant pg_read_all_data to bob;
create table posts (id bigint primary key);
grant select on posts to readers, ann, bob;
grant insert on posts to writers;
