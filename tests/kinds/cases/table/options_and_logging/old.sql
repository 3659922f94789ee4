create table public.invoices (id bigint primary key, note text) with (fillfactor = 70);
create table public.sessions (token text primary key);
