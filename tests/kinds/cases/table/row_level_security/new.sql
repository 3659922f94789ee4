create table public.invoices (id bigint);
alter table public.invoices enable row level security;
create table public.payments (id bigint);
