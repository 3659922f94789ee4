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
grant select on "Odd ""table""" to "Team ""A"" = b/c" with grant option;
grant update ("a,b") on "Odd ""table""" to "größe 😀";
set role "Team ""A"" = b/c";
grant select on "Odd ""table""" to "größe 😀";
reset role;
create function "f(x)"("a b" integer) returns integer language sql immutable return 1;
grant execute on function "f(x)"(integer) to "größe 😀";
alter function "f(x)"(integer) owner to "Team ""A"" = b/c";
