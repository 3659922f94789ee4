"""Indexes that no constraint owns: partial, on expressions, covering, on partitioned tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from airlock.kinds._relation import relation
from airlock.kinds._spec import (
    Context,
    KindSpec,
    Resolve,
    Row,
    relation_claims,
)
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.script import Running
from airlock.model.step import Lock, Step, Verb

_DEFINITION = re.compile(
    r"""CREATE (?P<unique>UNIQUE )?INDEX (?:"(?:[^"]|"")*"|\S+) (?P<rest>ON .*)""", re.DOTALL
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Index(Node):
    """An index."""

    definition: str = attr(holds=Holds.SQL)
    """As `pg_get_indexdef` prints it; ON ONLY for a partitioned table."""
    partitioned: bool = attr(OnChange.IGNORE)
    tablespace: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    clustered: bool = attr(OnChange.ALTER)
    replica_identity: bool = attr(OnChange.ALTER)
    statistics: tuple[str, ...] = attr(OnChange.ALTER, holds=Holds.NAMES)
    """`column number=target` of expressions."""


def query(major: int) -> str:
    """Return the query of indexes; one that is not valid is only part of a failed build."""
    del major
    return f"""
        select
          c.oid,
          n.nspname as schema,
          c.relname as name,
          tn.nspname as table_schema,
          t.relname as table_name,
          t.relkind::text as table_relkind,
          pg_get_indexdef(c.oid) as definition,
          c.relkind = 'I' as partitioned,
          s.spcname as tablespace,
          x.indisclustered as clustered,
          x.indisreplident as replica_identity,
          case
            when x.indexprs is not null
            then (
              select array_agg(a.attnum || '=' || a.attstattarget order by a.attnum)
              from pg_attribute a
              where a.attrelid = c.oid and a.attstattarget >= 0
            )
          end as statistics
        from pg_index x
        join pg_class c on c.oid = x.indexrelid
        join pg_class t on t.oid = x.indrelid
        join pg_namespace n on n.oid = c.relnamespace
        join pg_namespace tn on tn.oid = t.relnamespace
        left join pg_tablespace s on s.oid = c.reltablespace
        left join pg_constraint k on k.conindid = c.oid and k.contype in ('p', 'u', 'x')
        where k.oid is null
          and (x.indisvalid or c.relkind = 'I')
          and t.relkind in ('r', 'p', 'm')
          and {own_schema("n")}
          and {no_member("pg_class", "c.oid")}
          and {no_member("pg_class", "t.oid")}
    """


def load(row: Row, resolve: Resolve) -> Index:
    """Read an index."""
    del resolve
    return Index(
        id=Id("index", (row.schema, row.name)),
        parent=relation(row.table_relkind, row.table_schema, row.table_name),
        definition=row.definition,
        partitioned=row.partitioned,
        tablespace=row.tablespace,
        clustered=row.clustered,
        replica_identity=row.replica_identity,
        statistics=tuple(row.statistics or ()),
    )


def address(id: Id) -> str:
    """Return `index "schema"."name"`."""
    return f"index {quote(*id.path)}"


def create(index: Index, context: Context) -> Iterator[Step]:
    """Build it; concurrently where others may write to the table."""
    yield _build(index, context)
    yield from _marks(None, index)


def _build(index: Index, context: Context) -> Step:
    alone = context.online(index.parent) and not index.partitioned
    sql = index.definition
    if alone:
        head, _, rest = sql.partition(" INDEX ")
        sql = f"{head} INDEX CONCURRENTLY {rest}"
    return Step(
        sql=sql + _tablespace(index),
        verb=Verb.CREATE,
        target=index.id,
        lock=Lock.SHARE_UPDATE_EXCLUSIVE if alone else Lock.SHARE,
        on=(index.parent,) if index.parent else (),
        scans=not index.partitioned,
        running=Running.ALONE if alone else Running.TRANSACTION,
    )


def swap(old: Index, new: Index, context: Context) -> Iterator[Step]:
    """Build the new one beside the old one, drop that, and give the new one its name."""
    if not context.online(new.parent) or new.partitioned or old.partitioned:
        return
    match = _DEFINITION.fullmatch(new.definition)
    if match is None:
        return
    schema, name = new.id.path
    beside = f"{name[:50]}__new"
    unique, rest = match.group("unique") or "", match.group("rest")
    alone = partial(
        Step,
        target=new.id,
        lock=Lock.SHARE_UPDATE_EXCLUSIVE,
        on=(new.parent,) if new.parent else (),
        running=Running.ALONE,
    )
    yield alone(
        sql=f"CREATE {unique}INDEX CONCURRENTLY {quote(beside)} {rest}{_tablespace(new)}",
        verb=Verb.CREATE,
        scans=True,
    )
    yield alone(sql=f"drop index concurrently {quote(schema, name)}", verb=Verb.DROP)
    yield replace(
        _step(new, f"alter index {quote(schema, beside)} rename to {quote(name)}"),
        lock=Lock.SHARE_UPDATE_EXCLUSIVE,
    )
    yield from _marks(None, new)


def drop(index: Index, context: Context) -> Iterator[Step]:
    """Drop it; concurrently where others may use the table."""
    alone = context.online(index.parent) and not index.partitioned
    yield Step(
        sql=f"drop index {'concurrently ' if alone else ''}{quote(*index.id.path)}",
        verb=Verb.DROP,
        target=index.id,
        lock=Lock.SHARE_UPDATE_EXCLUSIVE if alone else Lock.ACCESS_EXCLUSIVE,
        on=(index.parent,) if index.parent else (),
        running=Running.ALONE if alone else Running.TRANSACTION,
    )


def alter(old: Index, new: Index, changed: frozenset[str], context: Context) -> Iterator[Step]:
    """Move it, or change what it is used for."""
    del context
    if "tablespace" in changed:
        place = quote(new.tablespace or "pg_default")
        yield _step(new, f"alter {address(new.id)} set tablespace {place}")
    yield from _marks(old, new)


def _marks(old: Index | None, new: Index) -> Iterator[Step]:
    assert new.parent is not None
    table = f"alter {new.parent.kind} {quote(*new.parent.path)}"
    name = quote(new.id.path[-1])
    if new.clustered and not (old and old.clustered):
        yield replace(_step(new, f"{table} cluster on {name}"), lock=Lock.SHARE_UPDATE_EXCLUSIVE)
    if old and old.clustered and not new.clustered:
        yield replace(_step(new, f"{table} set without cluster"), lock=Lock.SHARE_UPDATE_EXCLUSIVE)
    if new.replica_identity and not (old and old.replica_identity):
        yield _step(new, f"{table} replica identity using index {name}")
    before = dict(s.split("=") for s in (old.statistics if old else ()))
    after = dict(s.split("=") for s in new.statistics)
    for number in sorted(before.keys() | after.keys(), key=int):
        if before.get(number) != after.get(number):
            target = after.get(number, "-1")
            yield replace(
                _step(
                    new,
                    f"alter {address(new.id)} alter column {number} set statistics {target}",
                ),
                lock=Lock.SHARE_UPDATE_EXCLUSIVE,
            )


def _step(index: Index, sql: str) -> Step:
    return Step(
        sql=sql,
        verb=Verb.ALTER,
        target=index.id,
        lock=Lock.ACCESS_EXCLUSIVE,
        on=(index.parent,) if index.parent else (),
    )


def _tablespace(index: Index) -> str:
    if not index.tablespace:
        return ""
    return f" tablespace {quote(index.tablespace)}"


SPEC = KindSpec(
    name="index",
    node=Index,
    catalog="pg_class",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    locks=dict.fromkeys(Verb, Lock.ACCESS_EXCLUSIVE) | {Verb.CREATE: Lock.SHARE},
    order=45,
    address=address,
    claims=relation_claims,
    swap=swap,
)
