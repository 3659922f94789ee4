"""Transforms: how a type is handed to a procedural language, and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._sql import no_member
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Lock, Step, Verb

_FIRST_OWN = 16384
"""OIDs below are what initdb made; a transform has no schema to tell it by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform(Node):
    """A transform, addressed by its type, as Postgres spells it, and its language."""

    from_sql: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    """With the types of its arguments, as `regprocedure` spells it."""
    to_sql: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)


def query(major: int) -> str:
    """Return the query of transforms that did not come with Postgres."""
    del major
    return f"""
        select
          t.oid,
          format_type(t.trftype, null) as type,
          l.lanname as language,
          case when t.trffromsql <> 0 then t.trffromsql::regprocedure::text end as from_sql,
          case when t.trftosql <> 0 then t.trftosql::regprocedure::text end as to_sql
        from pg_transform t
        join pg_language l on l.oid = t.trflang
        where t.oid >= {_FIRST_OWN}
          and {no_member("pg_transform", "t.oid")}
    """


def load(row: Row, resolve: Resolve) -> Transform:
    """Read a transform."""
    del resolve
    return Transform(
        id=Id("transform", (row.type, row.language)),
        from_sql=row.from_sql,
        to_sql=row.to_sql,
    )


def address(id: Id) -> str:
    """Return `transform for type language "name"`."""
    source, language = id.path
    return f"transform for {source} language {quote(language)}"


def create(transform: Transform, context: Context) -> Iterator[Step]:
    """Create it."""
    del context
    yield Step(sql=f"create {_defined(transform)}", verb=Verb.CREATE, target=transform.id)


def drop(transform: Transform, context: Context) -> Iterator[Step]:
    """Drop it."""
    del context
    yield Step(sql=f"drop {address(transform.id)}", verb=Verb.DROP, target=transform.id)


def alter(
    old: Transform, new: Transform, changed: frozenset[str], context: Context
) -> Iterator[Step]:
    """Replace both its functions."""
    del old, changed, context
    yield Step(sql=f"create or replace {_defined(new)}", verb=Verb.ALTER, target=new.id)


def _defined(transform: Transform) -> str:
    ways = {"from sql": transform.from_sql, "to sql": transform.to_sql}
    listed = ", ".join(f"{way} with function {name}" for way, name in ways.items() if name)
    return f"{address(transform.id)} ({listed})"


SPEC = KindSpec(
    name="transform",
    node=Transform,
    catalog="pg_transform",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    locks=dict.fromkeys(Verb, Lock.NONE),
    order=39,
    address=address,
)
