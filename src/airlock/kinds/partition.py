"""Partitions: which table is attached to which, and for which values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._relation import relation
from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.script import Running
from airlock.model.step import Lock, Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition(Node):
    """An attachment. The table may be a foreign one."""

    of: Id = attr()
    bound: str = attr(holds=Holds.SQL)
    """`FOR VALUES IN ('eu')` or `DEFAULT`."""
    has_default: bool = attr(OnChange.IGNORE)
    """Whether the partitioned table has a default partition, which rules CONCURRENTLY out."""
    condition: str | None = attr(OnChange.IGNORE, holds=Holds.SQL)
    """What is true of every row, where it says so without an OID."""


def query(major: int) -> str:
    """Return the query of partitions, with what has to be there before one is attached."""
    del major
    return f"""
        select
          c.oid,
          n.nspname as schema,
          c.relname as name,
          c.relkind::text as relkind,
          pn.nspname as parent_schema,
          p.relname as parent_name,
          pg_get_expr(c.relpartbound, c.oid) as bound,
          pt.partdefid <> 0 as has_default,
          case
            when pt.partstrat <> 'h' then pg_get_partition_constraintdef(c.oid)
          end as condition,
          (
            select array_agg(ic.relname::text)
            from pg_index x
            join pg_class ic on ic.oid = x.indexrelid
            where x.indrelid = c.oid
              and not exists (select from pg_constraint k where k.conindid = x.indexrelid
                and k.contype in ('p', 'u', 'x'))
          ) as indexes,
          (
            select array_agg(k.conname::text)
            from pg_constraint k
            where k.conrelid = c.oid and k.contype in ('c', 'p', 'u', 'x')
          ) as constraints,
          (
            select array_agg(a.attname::text)
            from pg_attribute a
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          ) as columns
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        join pg_inherits i on i.inhrelid = c.oid
        join pg_class p on p.oid = i.inhparent
        join pg_namespace pn on pn.oid = p.relnamespace
        join pg_partitioned_table pt on pt.partrelid = p.oid
        where c.relispartition
          and c.relkind in ('r', 'p', 'f')
          and {own_schema("n")}
          and {no_member("pg_class", "c.oid")}
    """


def load(row: Row, resolve: Resolve) -> Partition:
    """Read an attachment."""
    del resolve
    table = relation(row.relkind, row.schema, row.name)
    indexes = [Id("index", (row.schema, name)) for name in row.indexes or ()]
    columns = [Id("column", (*table.path, name)) for name in row.columns or ()]
    constraints = [Id("constraint", (*table.path, name)) for name in row.constraints or ()]
    return Partition(
        id=Id("partition", table.path),
        parent=table,
        needs=(Id("table", (row.parent_schema, row.parent_name)),),
        # ATTACH takes what fits among the table's own indexes and constraints, and makes the rest;
        # it wants every column to be there. None of them can go before the partition is detached.
        after=(*columns, *indexes, *constraints),
        of=Id("table", (row.parent_schema, row.parent_name)),
        bound=row.bound,
        has_default=row.has_default,
        condition=row.condition,
    )


def holds(partition: Partition) -> tuple[tuple[str, ...], ...]:
    """Hold a part of the partitioned table's values: one bound may overlap one that goes."""
    return (("bounds", *partition.of.path),)


def create(partition: Partition, context: Context) -> Iterator[Step]:
    """Attach the table: it is what others wait for, and a default partition if there is one."""
    assert partition.parent is not None
    is_new = partition.parent in context.created
    weak = is_new and not partition.has_default
    yield Step(
        sql=f"alter table {quote(*partition.of.path)} attach partition"
        f" {quote(*partition.id.path)} {partition.bound}",
        verb=Verb.CREATE,
        target=partition.id,
        lock=Lock.SHARE_UPDATE_EXCLUSIVE if weak else Lock.ACCESS_EXCLUSIVE,
        on=(partition.of,) if is_new else (partition.parent,),
        scans=not is_new,
    )


def drop(partition: Partition, context: Context) -> Iterator[Step]:
    """Detach the table; it stays, with its rows."""
    alone = context.online(partition.of) and not partition.has_default and partition.condition
    detach = f"alter table {quote(*partition.of.path)} detach partition {quote(*partition.id.path)}"
    both = (partition.of, *((partition.parent,) if partition.parent else ()))
    if not alone:
        yield _step(partition, detach, Verb.DROP, Lock.ACCESS_EXCLUSIVE, both)
        return
    # DETACH CONCURRENTLY leaves a check behind, unless one that is there implies it. So there is
    # one, under a name that is known, for as long as that takes.
    table = f"alter table {quote(*partition.id.path)}"
    check = quote(f"{partition.id.path[1][:50]}_detached")
    own = both[1:]
    condition = f"check ({partition.condition}) not valid"
    yield _step(
        partition,
        f"{table} add constraint {check} {condition}",
        Verb.ALTER,
        Lock.ACCESS_EXCLUSIVE,
        own,
    )
    yield _step(
        partition,
        f"{table} validate constraint {check}",
        Verb.ALTER,
        Lock.SHARE_UPDATE_EXCLUSIVE,
        own,
        scans=True,
    )
    yield _step(
        partition,
        f"{detach} concurrently",
        Verb.DROP,
        Lock.SHARE_UPDATE_EXCLUSIVE,
        both,
        running=Running.ALONE,
    )
    yield _step(
        partition, f"{table} drop constraint {check}", Verb.DROP, Lock.ACCESS_EXCLUSIVE, own
    )


def _step(
    partition: Partition,
    sql: str,
    verb: Verb,
    lock: Lock,
    on: tuple[Id, ...],
    *,
    scans: bool = False,
    running: Running = Running.TRANSACTION,
) -> Step:
    return Step(
        sql=sql, verb=verb, target=partition.id, lock=lock, on=on, scans=scans, running=running
    )


SPEC = KindSpec(
    name="partition",
    node=Partition,
    catalog="pg_inherits",
    query=query,
    load=load,
    create=create,
    drop=drop,
    locks=dict.fromkeys(Verb, Lock.ACCESS_EXCLUSIVE),
    order=47,
    holds=holds,
)
