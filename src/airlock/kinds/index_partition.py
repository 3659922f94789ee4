"""Indexes of partitions: which is part of which index of the partitioned table."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._sql import no_member, own_schema
from airlock.model.catalog import Catalog
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, attr
from airlock.model.step import Lock, Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPartition(Node):
    """An attachment of an index, of a constraint's index too."""

    of: tuple[str, str] = attr(holds=Holds.NAMES)
    """Schema and name of the partitioned table's index."""


def query(major: int) -> str:
    """Return the query of attached indexes."""
    del major
    return f"""
        select
          c.oid,
          n.nspname as schema,
          c.relname as name,
          c.oid::int8 as child,
          p.oid::int8 as whole,
          pn.nspname as whole_schema,
          p.relname as whole_name,
          tn.nspname as table_schema,
          t.relname as table_name
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        join pg_inherits i on i.inhrelid = c.oid
        join pg_class p on p.oid = i.inhparent
        join pg_namespace pn on pn.oid = p.relnamespace
        join pg_index x on x.indexrelid = c.oid
        join pg_class t on t.oid = x.indrelid
        join pg_namespace tn on tn.oid = t.relnamespace
        where c.relkind in ('i', 'I')
          and {own_schema("n")}
          and {no_member("pg_class", "c.oid")}
    """


def load(row: Row, resolve: Resolve) -> IndexPartition | None:
    """Read an attachment; the parent is the index, or the constraint that owns it."""
    child = resolve("pg_class", row.child, 0)
    whole = resolve("pg_class", row.whole, 0)
    if child is None or whole is None:
        return None
    return IndexPartition(
        id=Id("index partition", (row.schema, row.name)),
        parent=child,
        needs=(whole, Id("partition", (row.table_schema, row.table_name))),
        of=(row.whole_schema, row.whole_name),
    )


def create(attachment: IndexPartition, context: Context) -> Iterator[Step]:
    """Attach the index; where ATTACH PARTITION has done so, Postgres does nothing."""
    del context
    assert attachment.parent is not None
    yield Step(
        sql=f"alter index {quote(*attachment.of)} attach partition {quote(*attachment.id.path)}",
        verb=Verb.CREATE,
        target=attachment.id,
        lock=Lock.NONE,
    )


def drop(attachment: IndexPartition, context: Context) -> Iterator[Step]:
    """Do nothing: an index leaves with its partition, or goes with the whole index."""
    del attachment, context
    return iter(())


def takes(attachment: IndexPartition, new: Catalog, gone: Collection[Id]) -> tuple[Id, ...]:
    """Return both indexes: neither leaves the other while the partition stays."""
    whole, partition = attachment.needs
    both = (whole, attachment.parent)
    if partition in gone:
        return ()
    return tuple(id for id in both if id is not None and id in new)


SPEC = KindSpec(
    name="index partition",
    node=IndexPartition,
    catalog="pg_inherits",
    query=query,
    load=load,
    create=create,
    drop=drop,
    locks={},
    takes=takes,
    order=48,
)
