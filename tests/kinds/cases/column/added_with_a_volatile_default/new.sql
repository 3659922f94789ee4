create table tickets (
  title text,
  number serial,
  token uuid not null default gen_random_uuid(),
  opened_at timestamptz not null default now()
);
