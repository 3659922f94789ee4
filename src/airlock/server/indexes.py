"""Indexes that CREATE INDEX CONCURRENTLY left half-made.

It works in several transactions, so a failure leaves an index that is not valid: it slows down
every write, makes the next try fail, and with IF NOT EXISTS the next try passes over it as if it
served.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from airlock.errors import AirlockError
from airlock.model.names import quote
from airlock.model.script import Statement
from airlock.server.connect import Session

_BUILDERS = frozenset({"CREATE INDEX", "REINDEX"})


@dataclass(frozen=True, slots=True, order=True)
class Index:
    """An index by its schema and name."""

    schema: str
    name: str

    def __str__(self) -> str:
        return quote(self.schema, self.name)


def invalid_indexes(session: Session, statement: Statement) -> frozenset[Index]:
    """Return every invalid index that no other session is just building.

    Whoever builds one concurrently holds this lock on the table all the while; so does a VACUUM,
    which then only costs the clearing away. Empty unless the statement builds indexes.
    """
    if statement.tag not in _BUILDERS:
        return frozenset()
    rows = session.fetch(
        """
        select n.nspname, c.relname
        from pg_catalog.pg_index i
        join pg_catalog.pg_class c on c.oid = i.indexrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where not i.indisvalid
          and c.relkind = 'i'
          and not exists (
            select 1
            from pg_catalog.pg_locks l
            join pg_catalog.pg_database d on d.oid = l.database
            where l.locktype = 'relation'
              and l.relation = i.indrelid
              and l.mode = 'ShareUpdateExclusiveLock'
              and l.pid <> pg_catalog.pg_backend_pid()
              and d.datname = current_database()
          )
        """
    )
    return frozenset(Index(schema, name) for schema, name in rows)


def of_name(indexes: Iterable[Index], statement: Statement) -> frozenset[Index]:
    """Return those that have the name which the statement gives."""
    return frozenset(index for index in indexes if index.name == statement.subject)


def drop_indexes(session: Session, indexes: Iterable[Index]) -> frozenset[Index]:
    """Drop indexes without blocking anybody; return those that could not be dropped."""
    left: set[Index] = set()
    for index in sorted(indexes):
        try:
            session.execute(f"drop index concurrently if exists {index}")
        except AirlockError:
            left.add(index)
    return frozenset(left)


def name_is_free(session: Session, statement: Statement) -> bool:
    """Whether the server holds no relation of the name that a CREATE INDEX gives."""
    rows = session.fetch(
        "select 1 from pg_catalog.pg_class where relname = %s limit 1", (statement.subject,)
    )
    return not rows


def is_built(session: Session, statement: Statement) -> bool:
    """Whether a valid index of this name stands on a table that the statement names."""
    rows = session.fetch(
        """
        select t.relname
        from pg_catalog.pg_index i
        join pg_catalog.pg_class c on c.oid = i.indexrelid
        join pg_catalog.pg_class t on t.oid = i.indrelid
        where i.indisvalid
          and c.relname = %s
        """,
        (statement.subject,),
    )
    return any(
        re.search(rf"(?<!\w){re.escape(table)}(?!\w)", statement.text, re.IGNORECASE)
        for (table,) in rows
    )
