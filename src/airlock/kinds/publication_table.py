"""Tables of publications, with column lists and row filters.

A table is a member by itself, so that a table which goes takes its membership along and the
publication stays. ALTER PUBLICATION cannot change a list or a filter of one table alone: the
table leaves and joins again, which a subscriber does not notice within one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._relation import relation
from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, attr
from airlock.model.step import Lock, Step, Verb

_LISTS = 15
"""First major with column lists and row filters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationTable(Node):
    """A table of a publication; its path is publication, schema, table."""

    table: Id = attr()
    columns: tuple[str, ...] | None = attr(holds=Holds.NAMES)
    """Sorted names; None for all columns."""
    where: str | None = attr(holds=Holds.SQL)
    """The row filter's condition."""


def query(major: int) -> str:
    """Return the query of tables that a publication names."""
    if major >= _LISTS:
        lists = """
          (
            select array_agg(a.attname::text order by a.attname)
            from pg_attribute a
            where a.attrelid = m.prrelid and a.attnum = any(m.prattrs)
          ) as columns,
          pg_get_expr(m.prqual, m.prrelid) as condition
        """
    else:
        lists = "null as columns, null as condition"
    return f"""
        select
          m.oid,
          p.pubname as publication,
          n.nspname as schema,
          c.relname as relation,
          c.relkind::text as relkind,
          {lists}
        from pg_publication_rel m
        join pg_publication p on p.oid = m.prpubid
        join pg_class c on c.oid = m.prrelid
        join pg_namespace n on n.oid = c.relnamespace
        where {own_schema("n")} and {no_member("pg_publication", "p.oid")}
    """


def load(row: Row, resolve: Resolve) -> PublicationTable:
    """Read a membership."""
    del resolve
    publication = Id("publication", (row.publication,))
    return PublicationTable(
        id=Id("publication table", (row.publication, row.schema, row.relation)),
        parent=publication,
        table=relation(row.relkind, row.schema, row.relation),
        columns=None if row.columns is None else tuple(row.columns),
        where=row.condition,
    )


def create(member: PublicationTable, context: Context) -> Iterator[Step]:
    """Add the table."""
    del context
    columns = ""
    if member.columns is not None:
        columns = f" ({', '.join(quote(column) for column in member.columns)})"
    where = f" where ({member.where})" if member.where is not None else ""
    yield _step(member, Verb.CREATE, f"add table only {quote(*member.table.path)}{columns}{where}")


def drop(member: PublicationTable, context: Context) -> Iterator[Step]:
    """Take the table out."""
    del context
    yield _step(member, Verb.DROP, f"drop table only {quote(*member.table.path)}")


def _step(member: PublicationTable, verb: Verb, action: str) -> Step:
    return Step(
        sql=f"alter publication {quote(member.id.path[0])} {action}",
        verb=verb,
        target=member.id,
        lock=Lock.SHARE_UPDATE_EXCLUSIVE,
        on=(member.table,),
    )


SPEC = KindSpec(
    name="publication table",
    node=PublicationTable,
    catalog="pg_publication_rel",
    query=query,
    load=load,
    create=create,
    drop=drop,
    locks={
        Verb.CREATE: Lock.SHARE_UPDATE_EXCLUSIVE,
        Verb.DROP: Lock.SHARE_UPDATE_EXCLUSIVE,
    },
    order=76,
    # A column list pins as well, though the error that Postgres gives speaks of a WHERE clause.
    pins_types=lambda member: member.where is not None or member.columns is not None,
)
