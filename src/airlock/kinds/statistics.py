"""Extended statistics."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._relation import relation
from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Lock, Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics(Node):
    """What ANALYZE gathers about columns together, or about expressions."""

    definition: str = attr(OnChange.IGNORE, holds=Holds.SQL)
    """As `pg_get_statisticsobjdef` prints it: with the columns in the order of the table."""
    shape: str = attr(holds=Holds.SQL)
    """The definition, with the columns sorted."""
    target: int | None = attr(OnChange.ALTER)
    """How detailed they are; None for as detailed as the columns'."""


def query(major: int) -> str:
    """Return the query of extended statistics: their definitions, no values."""
    del major
    return f"""
        select
          s.oid,
          n.nspname as schema,
          s.stxname as name,
          rn.nspname as relation_schema,
          c.relname as relation,
          c.relkind::text as relkind,
          pg_get_statisticsobjdef(s.oid) as definition,
          (
            select array_agg(quote_ident(a.attname) order by k.place)
            from unnest(s.stxkeys::int2[]) with ordinality k (number, place)
            join pg_attribute a on a.attrelid = s.stxrelid and a.attnum = k.number
          ) as columns,
          nullif(s.stxstattarget, -1) as target
        from pg_statistic_ext s
        join pg_namespace n on n.oid = s.stxnamespace
        join pg_class c on c.oid = s.stxrelid
        join pg_namespace rn on rn.oid = c.relnamespace
        where {own_schema("n")}
          and {no_member("pg_statistic_ext", "s.oid")}
    """


def load(row: Row, resolve: Resolve) -> Statistics:
    """Read extended statistics."""
    del resolve
    columns = tuple(row.columns or ())
    return Statistics(
        id=Id("statistics", (row.schema, row.name)),
        parent=relation(row.relkind, row.relation_schema, row.relation),
        needs=(Id("schema", (row.schema,)),),
        definition=row.definition,
        shape=row.definition.replace(", ".join(columns), ", ".join(sorted(columns)), 1),
        target=row.target,
    )


def address(id: Id) -> str:
    """Return `statistics "schema"."name"`."""
    return f"statistics {quote(*id.path)}"


def create(statistics: Statistics, context: Context) -> Iterator[Step]:
    """Create them; they are filled by the next ANALYZE."""
    del context
    yield _step(statistics, Verb.CREATE, statistics.definition)
    if statistics.target is not None:
        yield _aim(statistics)


def drop(statistics: Statistics, context: Context) -> Iterator[Step]:
    """Drop them with what was gathered, which ANALYZE can gather anew."""
    del context
    yield _step(statistics, Verb.DROP, f"drop {address(statistics.id)}")


def alter(
    old: Statistics, new: Statistics, changed: frozenset[str], context: Context
) -> Iterator[Step]:
    """Set another target."""
    del old, changed, context
    yield _aim(new)


def _aim(statistics: Statistics) -> Step:
    target = -1 if statistics.target is None else statistics.target
    return Step(
        sql=f"alter {address(statistics.id)} set statistics {target}",
        verb=Verb.ALTER,
        target=statistics.id,
    )


def _step(statistics: Statistics, verb: Verb, sql: str) -> Step:
    assert statistics.parent is not None
    return Step(
        sql=sql,
        verb=verb,
        target=statistics.id,
        lock=Lock.SHARE_UPDATE_EXCLUSIVE,
        on=(statistics.parent,),
    )


SPEC = KindSpec(
    name="statistics",
    node=Statistics,
    catalog="pg_statistic_ext",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    locks={
        Verb.CREATE: Lock.SHARE_UPDATE_EXCLUSIVE,
        Verb.DROP: Lock.SHARE_UPDATE_EXCLUSIVE,
    },
    order=49,
    address=address,
    # ALTER COLUMN … TYPE makes them anew, and forgets how detailed they are.
    pins_types=lambda statistics: statistics.target is not None,
)
