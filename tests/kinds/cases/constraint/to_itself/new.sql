create table public.a (id bigint primary key, above bigint references public.a);
