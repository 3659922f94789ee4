create unlogged table public.invoices (id bigint primary key, note text)
  with (autovacuum_vacuum_threshold = 100, toast.autovacuum_enabled = false);
create table public.sessions (token text primary key) with (fillfactor = 50);
