do $$
begin
  if to_regrole('"Team ""A"" = b/c"') is null then
    create role "Team ""A"" = b/c";
  end if;
  if to_regrole('"größe 😀"') is null then
    create role "größe 😀";
  end if;
end
$$;
create table "Odd ""table""" (id bigint primary key, "a,b" text);
create function "f(x)"("a b" integer) returns integer language sql immutable return 1;
