"""Foreign tables: server, options, parents.

Columns, defaults, constraints and triggers are the kinds that tables have, and so is the
attachment of one that is a partition. See `_foreign` for which options' values are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from airlock.kinds._foreign import (
    Options,
    changes,
    clause,
    hazard,
    hidden,
    options,
    readable,
)
from airlock.kinds._relation import relation
from airlock.kinds._spec import Context, KindSpec, Resolve, Row, row_type_claims
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Lock, Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignTable(Node):
    """A foreign table without what stands in it."""

    server: str = attr(holds=Holds.NAMES)
    options: Options = attr(OnChange.ALTER, holds=Holds.OPTIONS)
    inherits: tuple[Id, ...] = attr(OnChange.ALTER)
    """Parents by INHERITS, in order; a partition's parent is not among them."""


def query(major: int) -> str:
    """Return the query of foreign tables."""
    del major
    return f"""
        select
          c.oid,
          n.nspname as schema,
          c.relname as name,
          s.srvname as server,
          {readable("f.ftoptions")} as options,
          (
            select array_agg(
              array[pc.relkind::text, pn.nspname::text, pc.relname::text] order by i.inhseqno
            )
            from pg_inherits i
            join pg_class pc on pc.oid = i.inhparent
            join pg_namespace pn on pn.oid = pc.relnamespace
            where i.inhrelid = c.oid and not c.relispartition
          ) as inherits
        from pg_foreign_table f
        join pg_class c on c.oid = f.ftrelid
        join pg_namespace n on n.oid = c.relnamespace
        join pg_foreign_server s on s.oid = f.ftserver
        where {own_schema("n")} and {no_member("pg_class", "c.oid")}
    """


def load(row: Row, resolve: Resolve) -> ForeignTable:
    """Read a foreign table."""
    del resolve
    return ForeignTable(
        id=Id("foreign table", (row.schema, row.name)),
        parent=Id("schema", (row.schema,)),
        server=row.server,
        options=options(row.options),
        inherits=tuple(relation(*path) for path in row.inherits or ()),
    )


def address(id: Id) -> str:
    """Return `foreign table "schema"."name"`."""
    return f"foreign table {quote(*id.path)}"


def create(table: ForeignTable, context: Context) -> Iterator[Step]:
    """Create it; columns are folded in where they can be."""
    del context
    parents = ", ".join(quote(*parent.path) for parent in table.inherits)
    inherits = f" inherits ({parents})" if parents else ""
    yield Step(
        sql=f"create {address(table.id)}",
        verb=Verb.CREATE,
        target=table.id,
        elements=(),
        tail=f"{inherits} server {quote(table.server)}{clause(table.options)}",
        hazard=hazard(table.options),
    )


def drop(table: ForeignTable, context: Context) -> Iterator[Step]:
    """Drop it; the rows are elsewhere and stay there."""
    del context
    yield Step(
        sql=f"drop {address(table.id)}",
        verb=Verb.DROP,
        target=table.id,
        lock=Lock.ACCESS_EXCLUSIVE,
        on=(table.id,),
    )


def alter(
    old: ForeignTable, new: ForeignTable, changed: frozenset[str], context: Context
) -> Iterator[Step]:
    """Change options and parents in place."""
    del changed, context
    step = partial(Step, verb=Verb.ALTER, target=new.id, lock=Lock.ACCESS_EXCLUSIVE, on=(new.id,))
    table = f"alter {address(new.id)}"
    for parent in old.inherits:
        if parent not in new.inherits:
            yield step(sql=f"{table} no inherit {quote(*parent.path)}")
    for parent in new.inherits:
        if parent not in old.inherits:
            yield step(sql=f"{table} inherit {quote(*parent.path)}")
    if found := changes(old.options, new.options):
        yield step(sql=f"{table} {found}", hazard=hazard(new.options, old.options))


def unread(table: ForeignTable) -> str | None:
    """Return which options' values stay on the server."""
    return hidden(table.options, table.id)


SPEC = KindSpec(
    name="foreign table",
    node=ForeignTable,
    catalog="pg_class",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    locks={Verb.ALTER: Lock.ACCESS_EXCLUSIVE, Verb.DROP: Lock.ACCESS_EXCLUSIVE},
    order=40,
    address=address,
    unread=unread,
    claims=row_type_claims,
)
