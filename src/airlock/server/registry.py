"""The list of databases that Airlock made on a server of its own, kept on that server."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airlock.server.connect import Session
    from airlock.server.owners import Owner

DATABASE = "airlock"
"""The database that holds the list; nobody but the platform's superuser gets in."""
FORMAT = 1

Facts = Mapping[str, Any]
"""What a replay found out, as JSON values."""


class Kind(StrEnum):
    """What a database is for."""

    ENVIRONMENT = "environment"
    SHADOW = "shadow"
    TEMPLATE = "template"
    """Holds the first migrations of a project, named by their hash chain."""
    BASELINE = "baseline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One database; `owner` is who made it, see `airlock.server.owners`."""

    database: str
    kind: Kind
    ready: bool
    """Whether it is whole; a database is listed before it is made."""
    owner: Owner
    baseline: str
    """Whose settings it takes, see `airlock.server.baseline`."""
    chain: str | None
    facts: Facts
    bytes: int


_TABLE = """
create table if not exists public.databases (
  name text primary key,
  kind text not null,
  project text not null,
  ready boolean not null default false,
  owner_pid integer not null,
  owner_start text not null,
  baseline text not null,
  chain text unique,
  facts jsonb not null default '{}',
  bytes bigint not null default 0,
  created_at timestamptz not null default now(),
  last_used timestamptz not null default now()
)"""

_COLUMNS = "name, kind, ready, owner_pid, owner_start, baseline, chain, facts, bytes"


def create_registry(session: Session) -> None:
    """Make the list in the database of `session` unless it is there."""
    session.execute("set client_min_messages = warning")
    session.execute(_TABLE)


@dataclass(frozen=True, slots=True)
class Registry:
    """Reads and writes the list through one session, each call a transaction of its own."""

    session: Session

    def find(self, name: str) -> Entry | None:
        """Return what is listed under a name."""
        return self._one("where name = %s", name)

    def entries(self, *kinds: Kind) -> tuple[Entry, ...]:
        """Return what is listed of some kinds, what was used longest ago first."""
        rows = self.session.fetch(
            f"select {_COLUMNS} from public.databases"
            " where kind = any(%s) order by last_used, name",
            [[kind.value for kind in kinds]],
        )
        return tuple(map(_entry, rows))

    def unfinished(self) -> tuple[Entry, ...]:
        """Return the shadows and what is half-made, by name."""
        rows = self.session.fetch(
            f"select {_COLUMNS} from public.databases where kind = %s or not ready order by name",
            [Kind.SHADOW.value],
        )
        return tuple(map(_entry, rows))

    def sizes(self) -> tuple[tuple[str, Kind, int], ...]:
        """Return name, kind and bytes of the databases that are whole, by kind and name."""
        rows = self.session.fetch(
            "select d.name, d.kind, pg_database_size(p.oid)"
            " from public.databases d"
            " join pg_database p on p.datname = d.name"
            " where d.ready or d.kind = %s"
            " order by d.kind, d.name",
            [Kind.SHADOW.value],
        )
        return tuple((name, Kind(kind), size) for name, kind, size in rows)

    def add(self, name: str, kind: Kind, *, owner: Owner, baseline: str, project: str = "") -> None:
        """List a database that is about to be made."""
        self.session.execute(
            "insert into public.databases (name, kind, project, owner_pid, owner_start, baseline)"
            " values (%s, %s, %s, %s, %s, %s)",
            [name, kind.value, project, *owner, baseline],
        )

    def finish(self, name: str) -> None:
        """Say that a database is whole."""
        self.session.execute(
            "update public.databases"
            " set ready = true, last_used = clock_timestamp()"
            " where name = %s",
            [name],
        )

    def condemn(self, name: str, *, owner: Owner) -> None:
        """Say that a database is about to be dropped, and by whom."""
        self.session.execute(
            "update public.databases"
            " set ready = false, chain = null, owner_pid = %s, owner_start = %s"
            " where name = %s",
            [*owner, name],
        )

    def become_template(self, name: str, new: str, *, chain: str, facts: Facts) -> None:
        """Turn the entry of a shadow into one of a template.

        Raises:
            DatabaseError: sqlstate 23505, the chain is kept already.
        """
        self.session.execute(
            "update public.databases"
            " set name = %s, kind = %s, chain = %s, facts = %s::jsonb, ready = true,"
            " last_used = clock_timestamp(), bytes = pg_database_size(name)"
            " where name = %s",
            [new, Kind.TEMPLATE.value, chain, json.dumps(facts), name],
        )

    def last_of(self, chains: Sequence[str]) -> Entry | None:
        """Return the template of the last chain that is kept, and note that it was used."""
        return self._one(
            "where chain = ("
            " select chain from public.databases"
            " where ready and chain = any(%s::text[])"
            " order by array_position(%s::text[], chain) desc"
            " limit 1)",
            list(chains),
            list(chains),
            touch=True,
        )

    def rename(self, name: str, new: str) -> None:
        """Follow a database that was renamed."""
        self.session.execute("update public.databases set name = %s where name = %s", [new, name])

    def remove(self, name: str) -> None:
        """Forget a database that is gone."""
        self.session.execute("delete from public.databases where name = %s", [name])

    def _one(self, where: str, *parameters: object, touch: bool = False) -> Entry | None:
        head = (
            "update public.databases set last_used = clock_timestamp()"
            if touch
            else f"select {_COLUMNS} from public.databases"
        )
        tail = f" returning {_COLUMNS}" if touch else ""
        rows = self.session.fetch(f"{head} {where}{tail}", parameters)
        return _entry(rows[0]) if rows else None


def _entry(row: tuple[Any, ...]) -> Entry:
    name, kind, ready, pid, started, baseline, chain, facts, size = row
    return Entry(
        database=name,
        kind=Kind(kind),
        ready=ready,
        owner=(pid, started),
        baseline=baseline,
        chain=chain,
        facts=facts,
        bytes=size,
    )
