create schema "My Schema";
create type "My Schema"."E""x" as enum ('a');
create domain "My Schema"."select" as "My Schema"."E""x"[]
  constraint "a b" check (cardinality(value) > 0);
create type "My Schema"."C 1" as ("a b" "My Schema"."select", "user" int);
create type "My Schema"."R 1" as range (subtype = "My Schema"."E""x");
create table "My Schema"."T" (a "My Schema"."C 1", b "My Schema"."R 1");
create function "My Schema"."F n"("My Schema"."E""x", int) returns boolean
  language sql immutable as 'select true';
create operator "My Schema".=== (
  function = "My Schema"."F n", leftarg = "My Schema"."E""x", rightarg = int
);
create function "My Schema".number("My Schema"."C 1") returns int
  language sql immutable as 'select 1';
create cast ("My Schema"."C 1" as int) with function "My Schema".number("My Schema"."C 1");
