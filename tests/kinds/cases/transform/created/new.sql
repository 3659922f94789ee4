create type public.point3 as (x int, y int, z int);
create language plx handler plpgsql_call_handler;
create transform for int language sql (
  from sql with function prsd_lextype(internal), to sql with function int4recv(internal)
);
create transform for public.point3 language plx (from sql with function prsd_lextype(internal));
comment on transform for public.point3 language plx is 'in space';
