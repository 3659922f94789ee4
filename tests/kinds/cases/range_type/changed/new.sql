create type public.span as range (subtype = bigint);
create type public.names as range (subtype = text, collation = "C");
create table public.plans (id int primary key, span public.span, spans public.span_multirange[], names public.names);
create view public.open as select id from public.plans where upper_inf(span);
create function public.length_of(public.span) returns int language sql as $$ select 1 $$;
