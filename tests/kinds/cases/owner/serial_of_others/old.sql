do $$
begin
  if to_regrole('editor') is null then
    create role editor;
  end if;
end
$$;

create table articles (id bigint primary key);
alter table articles owner to editor;
