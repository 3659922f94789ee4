-- CREATE TYPE knows no IF NOT EXISTS.
do $$
begin
  create type {{type}} as enum ('draft', 'active', 'archived');
exception
  when duplicate_object then null;
end;
$$;

comment on type {{type}} is {{comment}};

-- A further value later, used at the earliest in the file after it:
-- alter type {{type}} add value if not exists 'paused' after 'active';
