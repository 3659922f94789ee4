create table public.invoices (
  id bigint primary key,
  total numeric(12, 2) not null default 0,
  note text
) with (fillfactor = 70, toast.autovacuum_enabled = false);
create unlogged table public.sessions (token text primary key);
create table public.audits (id bigint, at timestamptz) partition by range (at);
