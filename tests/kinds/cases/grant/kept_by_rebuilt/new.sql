do $$
begin
  if to_regrole('viewer') is null then
    create role viewer;
  end if;
end
$$;

alter default privileges grant select on tables to viewer;
create type mood as enum ('happy', 'sad');
revoke usage on type mood from public;
grant usage on type mood to viewer;
create table people (id bigint primary key, name text, mood mood);
create view names as select id, name from people;
revoke select on names from viewer;
grant select (name), update (id) on names to viewer;
create view moods as select id, mood from people;
revoke all on moods from viewer;
grant insert on moods to viewer;
create function is_happy(mood) returns boolean language sql immutable return $1 = 'happy';
revoke execute on function is_happy(mood) from public;
