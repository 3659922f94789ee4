"""The record of what was applied, kept in the database itself.

`supabase_migrations` is written as the Supabase CLI writes it, so that both tools serve one
database. What it has no room for stands beside it in Airlock's own schema.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from airlock.model.migration import Applied, How, Migration, Seed
from airlock.server.connect import Session
from airlock.server.ledger import NoLedger, Query

_SUPABASE_TABLES = (
    "create schema if not exists supabase_migrations",
    """
    create table if not exists supabase_migrations.schema_migrations (
      version text not null primary key
    )
    """,
    """
    alter table supabase_migrations.schema_migrations
      add column if not exists statements text[]
    """,
    """
    alter table supabase_migrations.schema_migrations
      add column if not exists name text
    """,
    """
    create table if not exists supabase_migrations.seed_files (
      path text not null primary key,
      hash text not null
    )
    """,
)

_AIRLOCK_TABLES = (
    "create schema if not exists airlock",
    """
    create table if not exists airlock.migrations (
      version text not null primary key,
      path text not null,
      sha256 text not null,
      normalised text not null,
      formula integer not null,
      started_at timestamptz not null,
      applied_at timestamptz not null,
      duration_ms double precision
        generated always as (extract(epoch from applied_at - started_at) * 1000) stored,
      role text not null,
      how text not null,
      tool text not null,
      done integer not null,
      total integer not null,
      unsettled integer
    )
    """,
    "revoke all on schema airlock from public",
)

_INSERT_SUPABASE = """
    with recorded as (
      insert into supabase_migrations.schema_migrations (version, name, statements)
      values (%s, %s, %s)
    )
"""

_INSERT_AIRLOCK = """
    insert into airlock.migrations
      (version, path, sha256, normalised, formula, started_at, applied_at, role, how, tool,
       done, total)
    values
      (%s, %s, %s, %s, %s, transaction_timestamp(), clock_timestamp(), session_user, %s, %s,
       %s, %s)
    on conflict (version) do update set
      path = excluded.path,
      sha256 = excluded.sha256,
      normalised = excluded.normalised,
      formula = excluded.formula,
      started_at = {started_at},
      applied_at = excluded.applied_at,
      role = excluded.role,
      how = excluded.how,
      tool = excluded.tool,
      done = excluded.done,
      total = excluded.total,
      unsettled = {unsettled}
"""
_BEGIN = _INSERT_AIRLOCK.format(
    started_at="excluded.started_at", unsettled="airlock.migrations.unsettled"
)
_WHOLE = _INSERT_SUPABASE + _INSERT_AIRLOCK.format(
    started_at="excluded.started_at", unsettled="null"
)
_END = _INSERT_SUPABASE + _INSERT_AIRLOCK.format(
    started_at="airlock.migrations.started_at", unsettled="null"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tables:
    supabase: bool
    named: bool
    """Whether the Supabase table has its `name` column; early versions had none."""
    worded: bool
    """Whether it has its `statements` column; the first version had none."""
    seeds: bool
    airlock: bool


def read_history(session: Session) -> tuple[Applied, ...]:
    """Return what was applied, by version as text; nothing where there is no history.

    A file that stopped half-way stands in Airlock's table alone: its `recorded` is False.
    """
    tables = _tables(session)
    if not tables.supabase and not tables.airlock:
        return ()
    name = "s.name" if tables.named else "null"
    supabase = (
        f"select s.version, {name} as name from supabase_migrations.schema_migrations s"
        if tables.supabase
        else "select null::text as version, null::text as name where false"
    )
    own = (
        """
        select version, path, sha256, normalised, formula, applied_at, role, duration_ms, how,
               tool, done, total, unsettled
        from airlock.migrations
        """
        if tables.airlock
        else "select null::text as version" + ", null" * 12 + " where false"
    )
    rows = session.fetch(
        f"""
        select coalesce(s.version, a.version), s.name, a.*, s.version is not null
        from ({supabase}) s
        full join ({own}) a
          on a.version = s.version
        order by 1
        """
    )
    return tuple(_applied(row) for row in rows)


def _applied(row: tuple[Any, ...]) -> Applied:
    (version, name, _, path, sha256, normalised, formula, at, role, ms, how, tool, done, total,
     unsettled, recorded) = row  # fmt: skip
    return Applied(
        version=version,
        name=name,
        path=path,
        sha256=sha256,
        normalised=normalised,
        formula=formula,
        applied_at=at,
        role=role,
        duration_ms=ms,
        how=How(how) if how else None,
        tool=tool,
        done=done,
        total=total,
        unsettled=unsettled,
        recorded=recorded,
    )


def stored_statements(session: Session, versions: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the statements that another tool stored for each version it applied.

    A version without stored statements is left out.
    """
    if not _tables(session).worded:
        return {}
    rows = session.fetch(
        """
        select version, statements
        from supabase_migrations.schema_migrations
        where version = any(%s)
          and statements is not null
        """,
        (list(versions),),
    )
    return {version: tuple(statements) for version, statements in rows}


def ensure_history(session: Session) -> None:
    """Create the history's tables where they are missing; touch nothing where they stand."""
    tables = _tables(session)
    wanted: list[str] = []
    if not (tables.supabase and tables.named and tables.worded and tables.seeds):
        wanted += _SUPABASE_TABLES
    if not tables.airlock:
        wanted += _AIRLOCK_TABLES
    if not wanted:
        return
    with session.transaction():
        session.execute("set local lock_timeout = '4s'")
        for sql in wanted:
            session.execute(sql)


def _tables(session: Session) -> _Tables:
    ((supabase, columns, seeds, airlock),) = session.fetch(
        """
        select
          to_regclass('supabase_migrations.schema_migrations') is not null,
          array(
            select attname::text
            from pg_catalog.pg_attribute
            where attrelid = to_regclass('supabase_migrations.schema_migrations')
              and not attisdropped
          ),
          to_regclass('supabase_migrations.seed_files') is not null,
          to_regclass('airlock.migrations') is not null
        """
    )
    return _Tables(
        supabase=supabase,
        named="name" in columns,
        worded="statements" in columns,
        seeds=seeds,
        airlock=airlock,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationLedger:
    """Writes a migration's history with the migration itself.

    `beginning(n)` is a hash of what the first n statements mean: a run that goes on half-way must
    find those unchanged.
    """

    migration: Migration
    statements: tuple[str, ...]
    """As the Supabase CLI would store them."""
    normalised: str
    formula: int
    tool: str
    beginning: Callable[[int], str]
    done: int = 0
    resuming: bool = False
    unsettled: int | None = None

    def opening(self, how: How, total: int) -> Sequence[Query]:
        """Note that the file has begun, or goes on."""
        return (Query(sql=_BEGIN, parameters=self._own(how, self.done, total)),)

    def begins(self, number: int) -> Sequence[Query]:
        """Note that a statement's end will not be known if nothing more is heard of it."""
        return (
            Query(
                sql="update airlock.migrations set unsettled = %s where version = %s",
                parameters=(number, self.migration.version),
            ),
        )

    def reached(self, done: int) -> Sequence[Query]:
        """Note how many statements are committed."""
        return (
            Query(
                sql="""
                    update airlock.migrations
                    set done = %s,
                        normalised = %s,
                        applied_at = clock_timestamp(),
                        unsettled = null
                    where version = %s
                """,
                parameters=(done, self.beginning(done), self.migration.version),
            ),
        )

    def closing(self, how: How, total: int) -> Sequence[Query]:
        """Write the rows of a file that is applied, at one go."""
        recorded = (self.migration.version, self.migration.name, list(self.statements))
        return (
            Query(
                sql=_WHOLE if how is How.TRANSACTION else _END,
                parameters=(*recorded, *self._own(how, total, total)),
            ),
        )

    def _own(self, how: How, done: int, total: int) -> tuple[object, ...]:
        return (
            self.migration.version,
            self.migration.path,
            self.migration.sha256,
            self.normalised if done == total else self.beginning(done),
            self.formula,
            how.value,
            self.tool,
            done,
            total,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedLedger(NoLedger):
    """Writes at the end that a seed file ran, as the Supabase CLI does.

    One that stops half-way simply runs again.
    """

    seed: Seed

    def closing(self, how: How, total: int) -> Sequence[Query]:
        """Write the file's hash."""
        del how, total
        return (
            Query(
                sql="""
                    insert into supabase_migrations.seed_files (path, hash)
                    values (%s, %s)
                    on conflict (path) do update set hash = excluded.hash
                """,
                parameters=(self.seed.path, self.seed.sha256),
            ),
        )


def read_seeds(session: Session) -> dict[str, str]:
    """Return the hash of each seed file that ran, by path."""
    if not _tables(session).seeds:
        return {}
    rows = session.fetch("select path, hash from supabase_migrations.seed_files")
    return dict(rows)
