"""Sequences of their own; those of identity columns are part of the column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._spec import Context, KindSpec, Resolve, Row, relation_claims
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import literal, quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Lock, Loss, Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence(Node):
    """A sequence; what column it belongs to is a node of its own."""

    persistence: str = attr(OnChange.ALTER, holds=Holds.NAMES)
    """`p` permanent, `u` unlogged (15 and later)."""
    type: str = attr(OnChange.ALTER, holds=Holds.NAMES)
    start: int = attr(OnChange.ALTER)
    increment: int = attr(OnChange.ALTER)
    minimum: int = attr(OnChange.ALTER)
    maximum: int = attr(OnChange.ALTER)
    cache: int = attr(OnChange.ALTER)
    cycle: bool = attr(OnChange.ALTER)


def query(major: int) -> str:
    """Return the query of sequences; what they have given out is data, and is not read."""
    del major
    return f"""
        select
          c.oid,
          n.nspname as schema,
          c.relname as name,
          c.relpersistence::text as persistence,
          format_type(s.seqtypid, null) as type,
          s.seqstart as start,
          s.seqincrement as increment,
          s.seqmin as minimum,
          s.seqmax as maximum,
          s.seqcache as cache,
          s.seqcycle as cycle
        from pg_sequence s
        join pg_class c on c.oid = s.seqrelid
        join pg_namespace n on n.oid = c.relnamespace
        where {own_schema("n")}
          and {no_member("pg_class", "c.oid")}
          and not exists (
            select from pg_depend d
            where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'i'
          )
    """


def load(row: Row, resolve: Resolve) -> Sequence:
    """Read a sequence."""
    del resolve
    return Sequence(
        id=Id("sequence", (row.schema, row.name)),
        parent=Id("schema", (row.schema,)),
        persistence=row.persistence,
        type=row.type,
        start=row.start,
        increment=row.increment,
        minimum=row.minimum,
        maximum=row.maximum,
        cache=row.cache,
        cycle=row.cycle,
    )


def address(id: Id) -> str:
    """Return `sequence "schema"."name"`."""
    return f"sequence {quote(*id.path)}"


def create(sequence: Sequence, context: Context) -> Iterator[Step]:
    """Create it, every option spelled out."""
    del context
    unlogged = "unlogged " if sequence.persistence == "u" else ""
    yield Step(
        sql=f"create {unlogged}{address(sequence.id)} {' '.join(_options(sequence).values())}",
        verb=Verb.CREATE,
        target=sequence.id,
    )


def drop(sequence: Sequence, context: Context) -> Iterator[Step]:
    """Drop it, and with it the knowledge of what was given out."""
    del context
    yield Step(
        sql=f"drop {address(sequence.id)}",
        verb=Verb.DROP,
        target=sequence.id,
        lock=Lock.ACCESS_EXCLUSIVE,
        on=(sequence.id,),
        loss=Loss.DATA,
        hazard="which numbers were given out is forgotten",
    )


def alter(
    old: Sequence, new: Sequence, changed: frozenset[str], context: Context
) -> Iterator[Step]:
    """Change options and persistence in place."""
    del context
    if "persistence" in changed:
        way = "unlogged" if new.persistence == "u" else "logged"
        yield Step(
            sql=f"alter {address(new.id)} set {way}",
            verb=Verb.ALTER,
            target=new.id,
            lock=Lock.ACCESS_EXCLUSIVE,
            on=(new.id,),
        )
    options = [text for name, text in _options(new).items() if name in changed]
    if not options:
        return
    if new.minimum > old.minimum or new.maximum < old.maximum:
        yield from _move_inside(old, new)
    yield _step(new, f"alter {address(new.id)} {' '.join(options)}")


def _move_inside(old: Sequence, new: Sequence) -> Iterator[Step]:
    """Start anew where the present number lies outside the new bounds: ALTER would refuse."""
    if not old.minimum <= new.start <= old.maximum:
        minimum, maximum = min(old.minimum, new.minimum), max(old.maximum, new.maximum)
        yield _step(new, f"alter {address(new.id)} minvalue {minimum} maxvalue {maximum}")
    name = quote(*new.id.path)
    yield Step(
        sql=f"select pg_catalog.setval({literal(name)}, {new.start}, false) from {name}"
        f" where last_value not between {new.minimum} and {new.maximum}",
        verb=Verb.ALTER,
        target=new.id,
        hazard=f"a number outside {new.minimum} to {new.maximum} starts anew at {new.start}",
    )


def _options(sequence: Sequence) -> dict[str, str]:
    """Return the clause of each attribute."""
    return {
        "type": f"as {sequence.type}",
        "start": f"start with {sequence.start}",
        "increment": f"increment by {sequence.increment}",
        "minimum": f"minvalue {sequence.minimum}",
        "maximum": f"maxvalue {sequence.maximum}",
        "cache": f"cache {sequence.cache}",
        "cycle": "cycle" if sequence.cycle else "no cycle",
    }


def _step(sequence: Sequence, sql: str) -> Step:
    return Step(
        sql=sql,
        verb=Verb.ALTER,
        target=sequence.id,
        lock=Lock.SHARE_ROW_EXCLUSIVE,
        on=(sequence.id,),
    )


SPEC = KindSpec(
    name="sequence",
    node=Sequence,
    catalog="pg_class",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    locks={Verb.ALTER: Lock.ACCESS_EXCLUSIVE, Verb.DROP: Lock.ACCESS_EXCLUSIVE},
    order=30,
    address=address,
    claims=relation_claims,
)
