"""A schema of many tables that is made up, and one in which some of them have changed."""

from __future__ import annotations

from collections.abc import Iterator

_TOGETHER = 100
"""Tables that are made in one transaction: fewer cost more commits, more cost more locks."""
_FUNCTION = """\
create function touched() returns trigger language plpgsql as
  $$ begin return new; end $$;
"""
_TABLE = """\
create table t{n} (
  id bigint generated always as identity primary key,
  parent bigint,
  name text not null default 'x',
  amount int,
  price numeric(10, 2),
  created_at timestamptz default now(),
  data jsonb,
  done boolean not null default false,
  token uuid,
  tags text[]
);
create index t{n}_amount on t{n} (amount);
create index t{n}_created on t{n} (created_at) where amount > {n};
alter table t{n} add constraint t{n}_parent foreign key (parent) references t{parent} (id);
alter table t{n} enable row level security;
create policy own on t{n} using (amount = {n});
create trigger touched before update on t{n} for each row execute function touched();
"""
_CHANGES = """\
alter table t{n} add column note text;
alter table t{n} alter column price type numeric(12, 2);
drop index t{n}_created;
create index t{n}_created on t{n} (created_at) where amount > {n} + 1;
alter policy own on t{n} using (amount = {n} + 1);
drop trigger touched on t{n};
create trigger touched after update on t{n} for each row execute function touched();
alter table t{n} drop constraint t{n}_parent;
alter table t{n} add constraint t{n}_parent
  foreign key (parent) references t{parent} (id) on delete cascade;
"""


def many(tables: int) -> str:
    """Return the SQL of tables with a key, two indexes, a foreign key, a policy and a trigger."""
    return _FUNCTION + "".join(_in_transactions(_TABLE, list(range(tables))))


def changed(tables: int) -> str:
    """Return what changes one table of a hundred, each in every part."""
    return "".join(_in_transactions(_CHANGES, list(range(0, tables, 100))))


def _in_transactions(form: str, numbers: list[int]) -> Iterator[str]:
    for first in range(0, len(numbers), _TOGETHER):
        yield "begin;\n"
        for n in numbers[first : first + _TOGETHER]:
            yield form.format(n=n, parent=max(n - 1, 0))
        yield "commit;\n"
