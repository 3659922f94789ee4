create table public.invoices (id bigint);
create table public.payments (id bigint);
alter table public.payments enable row level security;
alter table public.payments force row level security;
