"""What a new project's database holds before its first migration.

`prepare_cluster` makes the platform's roles, once for a server; `build` fills an empty database;
`database_settings` is what a copy of such a database loses and is given again. The SQL stands in
`sql/`, written from the catalog facts of the hosted platform.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from airlock.model.names import quote
from airlock.server.shims import shims_dir

if TYPE_CHECKING:
    from airlock.server.connect import Session

__all__ = [
    "EXTENSIONS",
    "PLATFORM_ROLES",
    "Baseline",
    "baseline_id",
    "build",
    "database_settings",
    "prepare_cluster",
]

PLATFORM_ROLES = (
    "anon",
    "authenticated",
    "authenticator",
    "dashboard_user",
    "pgbouncer",
    "postgres",
    "service_role",
    "supabase_admin",
    "supabase_auth_admin",
    "supabase_etl_admin",
    "supabase_functions_admin",
    "supabase_privileged_role",
    "supabase_read_only_user",
    "supabase_realtime_admin",
    "supabase_replication_admin",
    "supabase_storage_admin",
)
"""Roles of a server that no migration made: the superuser of `initdb` and `prepare_cluster`'s."""


EXTENSIONS = ("uuid-ossp", "pgcrypto", "pg_stat_statements", "supabase_vault", "pg_graphql")
"""What the Supabase baseline holds, of those that the server has."""


class Baseline(StrEnum):
    """What a project expects to find."""

    SUPABASE = "supabase"
    PLAIN = "plain"


_SUPABASE = (
    "schemas",
    "auth_core",
    "auth_more",
    "auth_functions",
    "storage_tables",
    "storage_functions",
    "realtime",
    "webhooks",
    "pgbouncer",
    "platform_events",
    # Last: the event triggers above grant what extensions bring.
    "extensions",
)
_SQL = Path(__file__).resolve().parent / "sql"


def prepare_cluster(session: Session) -> None:
    """Make the platform's roles on a server, or put them right; `session` is its superuser.

    Two processes that do it at once wait for each other. Settings of roles that exist stay as
    they are: a project may have changed them.
    """
    with session.transaction():
        session.execute(_text("roles"))


def build(session: Session, baseline: Baseline, *, expose_new_tables: bool) -> None:
    """Fill an empty database, made from `template0`, in one transaction.

    `session` is the server's superuser, and `prepare_cluster` has run. With `expose_new_tables`,
    new tables in `public` can be reached by anon, authenticated and service_role, as on the
    platform before 30 October 2026.
    """
    (database,) = session.fetch("select current_database()")[0]
    with session.transaction():
        for part in _parts(baseline, expose_new_tables):
            session.execute(_text(part))
        for statement in database_settings(baseline, database):
            session.execute(statement)


def database_settings(baseline: Baseline, database: str) -> tuple[str, ...]:
    """Return the statements to run after a database was copied as a TEMPLATE.

    A copy has neither the owner nor the settings of the original (PostgreSQL manual, CREATE
    DATABASE, Notes).
    """
    name = quote(database)
    owner = f"alter database {name} owner to postgres"
    match baseline:
        case Baseline.SUPABASE:
            return (owner, f'alter database {name} set search_path = "$user", public, extensions')
        case Baseline.PLAIN:
            return (owner,)
        case _:
            assert_never(baseline)


@cache
def baseline_id(baseline: Baseline, *, expose_new_tables: bool) -> str:
    """Return 12 hexadecimal digits that change with anything a built database depends on."""
    digest = hashlib.sha256()
    texts = [baseline.value, _text("roles")]
    texts += [_text(part) for part in _parts(baseline, expose_new_tables)]
    texts += database_settings(baseline, "")
    for text in texts:
        digest.update(text.encode() + b"\0")
    for shim in sorted((shims_dir() / "extension").iterdir()):
        digest.update(shim.name.encode() + b"\0" + shim.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _parts(baseline: Baseline, expose_new_tables: bool) -> tuple[str, ...]:
    """Return the names of the files that make a database, in order."""
    match baseline:
        case Baseline.SUPABASE:
            return _SUPABASE if expose_new_tables else (*_SUPABASE, "closed")
        case Baseline.PLAIN:
            return ()
        case _:
            assert_never(baseline)


def _text(part: str) -> str:
    return (_SQL / f"{part}.sql").read_text(encoding="utf-8")
