create table a_table (id int, n bigint default 0);
create function z_last() returns bigint language sql as $$ select count(*) from a_table $$;
create sequence numbers;
create function a_first() returns bigint language sql as $$ select z_last() + nextval('public.numbers') $$;
create view the_view as select a_first() as n;
create function reads_view() returns bigint language sql as $$ select n from "the_view" -- not "nothing"
$$;
