do $$
begin
  if to_regrole('app') is null then
    create role app;
  end if;
end
$$;

create table counters (id bigint primary key, number bigint not null);
create table tickets (id bigint generated always as identity primary key);
grant usage on sequence tickets_id_seq to app;
