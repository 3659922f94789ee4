create type public.celsius as (degrees numeric);
create type public.kelvin as (degrees numeric);
create function public.warm(public.celsius) returns public.kelvin language sql immutable
  as $$ select row(($1).degrees + 273.15)::public.kelvin $$;
create cast (public.celsius as public.kelvin) with function public.warm(public.celsius) as implicit;
create cast (public.kelvin as text) with inout as assignment;
comment on cast (public.celsius as public.kelvin) is 'exact';
