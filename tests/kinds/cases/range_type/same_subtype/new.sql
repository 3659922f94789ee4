create type public.span as range (subtype = float8, subtype_diff = float8mi, multirange_type_name = public.spans);
create table public.plans (id int primary key, span public.span, many public.spans);
