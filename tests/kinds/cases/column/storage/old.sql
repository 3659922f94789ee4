create table public.a (body text, doc jsonb);
alter table public.a alter body set storage external, alter doc set statistics 500;
alter table public.a alter doc set (n_distinct = 10);
