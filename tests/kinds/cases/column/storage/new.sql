create table public.a (body text compression pglz, doc jsonb);
alter table public.a alter doc set storage main, alter body set statistics 10;
alter table public.a alter body set (n_distinct = -0.5);
