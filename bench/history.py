"""Migration histories that are made up, in the form that each tool wants."""

from __future__ import annotations

from pathlib import Path

_TOML = """\
[project]
layout = "supabase"
postgres = 18

[environments.local]

[environments.staging]
url = { env = "STAGING_DATABASE_URL" }
"""

_ALEMBIC_FILE = """\
revision = {revision!r}
down_revision = {previous!r}

from alembic import op


def upgrade():
    op.execute({sql!r})
"""

_ALEMBIC_ENV = """\
import os

from alembic import context
from sqlalchemy import create_engine

engine = create_engine(os.environ["DATABASE_URL"])
with engine.connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
"""

_LARGE_TABLES = 544
_LARGE_FILES = 1262


def trivial(count: int) -> list[tuple[str, str]]:
    """Return `count` migrations of one table and one index each: file names and SQL."""
    return [(_name(n, f"create_table_{n}"), _trivial_sql(n)) for n in range(count)]


def _trivial_sql(n: int) -> str:
    return (
        f"create table public.table_{n} (\n"
        "  id bigint generated always as identity primary key,\n"
        "  name text not null,\n"
        "  created_at timestamptz not null default now()\n"
        ");\n\n"
        f"create index table_{n}_name_idx on public.table_{n} (name);\n"
    )


def large() -> list[tuple[str, str]]:
    """Return a history of 1,262 files: 544 tables, then columns, indexes, policies, functions."""
    files = [(_name(n, f"create_item_{n}"), _table_sql(n)) for n in range(_LARGE_TABLES)]
    for n in range(_LARGE_TABLES, _LARGE_FILES):
        table = f"public.item_{n % _LARGE_TABLES}"
        sql = _CHANGES[n % len(_CHANGES)].format(table=table, n=n)
        files.append((_name(n, f"change_{n}"), sql))
    return files


def _table_sql(n: int) -> str:
    owner = f"  parent_id uuid references public.item_{n - 1} (id),\n" if n else ""
    return (
        f"create table public.item_{n} (\n"
        "  id uuid primary key default gen_random_uuid(),\n"
        f"{owner}"
        "  title text not null,\n"
        "  body text,\n"
        "  tags text[] not null default '{}',\n"
        "  amount numeric(12, 2) check (amount >= 0),\n"
        "  created_at timestamptz not null default now()\n"
        ");\n\n"
        f"alter table public.item_{n} enable row level security;\n"
    )


_CHANGES = (
    "alter table {table}\n  add column extra_{n} jsonb not null default '{{}}';\n",
    "create index item_{n}_idx on {table} (created_at desc, title);\n",
    "create policy \"Readers {n}\" on {table}\n  for select\n  using (amount > 0);\n",
    "create function public.total_{n}() returns numeric\nlanguage sql\nstable\n"
    "as $$ select sum(amount) from {table} $$;\n",
    "comment on table {table} is 'Changed by file {n}';\n",
)  # fmt: skip


def _name(n: int, words: str) -> str:
    return f"{20260101000000 + n}_{words}.sql"


def write_project(folder: Path, files: list[tuple[str, str]]) -> Path:
    """Write a project in Supabase's layout and return its folder."""
    migrations = folder / "supabase" / "migrations"
    migrations.mkdir(parents=True)
    (folder / "airlock.toml").write_text(_TOML)
    for name, sql in files:
        (migrations / name).write_text(sql)
    return folder


def write_psql(folder: Path, files: list[tuple[str, str]]) -> Path:
    """Write a script that includes every file, each in a transaction, and return it."""
    folder.mkdir(parents=True)
    lines = []
    for name, sql in files:
        (folder / name).write_text(sql)
        lines.append(f"begin;\n\\ir {name}\ncommit;\n")
    script = folder / "all.psql"
    script.write_text("".join(lines))
    return script


def write_dbmate(folder: Path, files: list[tuple[str, str]]) -> Path:
    """Write the files with dbmate's markers and return their folder."""
    folder.mkdir(parents=True)
    for name, sql in files:
        (folder / name).write_text(f"-- migrate:up\n{sql}\n-- migrate:down\n")
    return folder


def write_alembic(folder: Path, files: list[tuple[str, str]]) -> Path:
    """Write one Python file per migration and return the folder of `alembic.ini`."""
    versions = folder / "alembic" / "versions"
    versions.mkdir(parents=True)
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/alembic\n")
    (folder / "alembic" / "env.py").write_text(_ALEMBIC_ENV)
    previous: str | None = None
    for n, (name, sql) in enumerate(files):
        revision = f"r{n:06}"
        text = _ALEMBIC_FILE.format(revision=revision, previous=previous, sql=sql)
        (versions / f"{revision}_{Path(name).stem}.py").write_text(text)
        previous = revision
    return folder


def write_linted(folder: Path, count: int) -> Path:
    """Write files of about 1.7 kB with a bit of everything that rules look at."""
    folder.mkdir(parents=True)
    for n in range(count):
        (folder / f"{_name(n, f'step_{n}')}").write_text(_linted_sql(n))
    return folder


def _linted_sql(n: int) -> str:
    return f"""\
-- Orders of region {n}: what was bought, by whom, and what becomes of it.
create table if not exists public.orders_{n} (
  id bigint generated always as identity primary key,
  customer_id bigint not null references public.customers (id) on delete cascade,
  status text not null default 'new' check (status in ('new', 'paid', 'sent', 'returned')),
  total_cents bigint not null check (total_cents >= 0),
  details jsonb not null default '{{}}',
  placed_at timestamptz not null default now(),
  changed_at timestamptz not null default now()
);

create index if not exists orders_{n}_customer_id_idx on public.orders_{n} (customer_id);
create index if not exists orders_{n}_placed_at_idx on public.orders_{n} (placed_at desc);

alter table public.orders_{n} enable row level security;

drop policy if exists "customers see their orders" on public.orders_{n};
create policy "customers see their orders" on public.orders_{n}
  for select to authenticated using ((select auth.uid()) is not null and customer_id > 0);

create or replace function public.touch_orders_{n}() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if new.status <> old.status then
    -- Who looks at the table wants to know when that was.
    new.changed_at := now();
    update public.customers set changed_at = now() where id = new.customer_id;
  end if;
  return new;
end;
$$;

drop trigger if exists touch on public.orders_{n};
create trigger touch before update on public.orders_{n}
  for each row execute function public.touch_orders_{n}();

grant select on public.orders_{n} to authenticated;
comment on table public.orders_{n} is 'One row for each order of region {n}.';

alter table public.customers add column if not exists last_order_{n} timestamptz;
create index if not exists customers_last_order_{n}_idx on public.customers (last_order_{n});
"""
