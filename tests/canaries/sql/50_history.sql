-- What the project's first migration made, as the platform's own tool records it.
set session authorization :deployer;
create table app.accounts (id bigint primary key, owner text, plan text default 'free');
insert into app.accounts values (1, '⟦row account⟧', 'free');

create table supabase_migrations.schema_migrations (
  version text not null primary key, statements text[], name text
);
create table supabase_migrations.seed_files (path text not null primary key, hash text not null);
create table airlock.migrations (
  version text not null primary key, path text not null, sha256 text not null,
  normalised text not null, formula integer not null, started_at timestamptz not null,
  applied_at timestamptz not null,
  duration_ms double precision
    generated always as (extract(epoch from applied_at - started_at) * 1000) stored,
  role text not null, how text not null, tool text not null, done integer not null,
  total integer not null, unsettled integer
);
insert into supabase_migrations.schema_migrations (version, name, statements) values
  ('20250101000000', 'accounts', array[
    'create schema if not exists app',
    'create table app.accounts (id bigint primary key, owner text, plan text default ''free'')'
  ]);
reset session authorization;
