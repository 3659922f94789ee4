"""Enums, with their labels in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._spec import Context, Impact, KindSpec, Resolve, Row, type_claims
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import literal, quote
from airlock.model.node import Id, Node, OnChange, attr
from airlock.model.script import Running
from airlock.model.step import Lock, Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Enum(Node):
    """An enum."""

    labels: tuple[str, ...] = attr(OnChange.ALTER)


def query(major: int) -> str:
    """Return the query of enums."""
    del major
    return f"""
        select
          t.oid,
          n.nspname as schema,
          t.typname as name,
          l.labels
        from pg_type t
        join pg_namespace n on n.oid = t.typnamespace
        left join (
          select enumtypid, array_agg(enumlabel::text order by enumsortorder) as labels
          from pg_enum
          group by enumtypid
        ) l on l.enumtypid = t.oid
        where t.typtype = 'e'
          and {own_schema("n")}
          and {no_member("pg_type", "t.oid")}
    """


def load(row: Row, resolve: Resolve) -> Enum:
    """Read an enum."""
    del resolve
    return Enum(
        id=Id("enum", (row.schema, row.name)),
        parent=Id("schema", (row.schema,)),
        labels=tuple(row.labels or ()),
    )


def address(id: Id) -> str:
    """Return `type "schema"."name"`."""
    return f"type {quote(*id.path)}"


def create(enum: Enum, context: Context) -> Iterator[Step]:
    """Create it with all its labels."""
    del context
    labels = ", ".join(literal(label).strip() for label in enum.labels)
    yield Step(
        sql=f"create {address(enum.id)} as enum ({labels})", verb=Verb.CREATE, target=enum.id
    )


def drop(enum: Enum, context: Context) -> Iterator[Step]:
    """Drop it; columns of its type are gone before."""
    del context
    yield Step(sql=f"drop {address(enum.id)}", verb=Verb.DROP, target=enum.id)


def impact(old: Enum, new: Enum, changed: frozenset[str]) -> Impact:
    """Weigh a change: Postgres adds labels anywhere, but neither drops nor moves one."""
    del changed
    kept = tuple(label for label in new.labels if label in old.labels)
    return Impact.IN_PLACE if kept == old.labels else Impact.RECAST


def alter(old: Enum, new: Enum, changed: frozenset[str], context: Context) -> Iterator[Step]:
    """Add labels, each where it belongs; a label can be used only after the commit."""
    del changed, context
    known = set(old.labels)
    previous: str | None = None
    for position, label in enumerate(new.labels):
        if label not in known:
            following = next((x for x in new.labels[position:] if x in known), None)
            # Without a label behind it, the end is its place.
            if following is None:
                place = ""
            elif previous is None:
                place = f" before {literal(following).strip()}"
            else:
                place = f" after {literal(previous).strip()}"
            yield Step(
                sql=f"alter {address(new.id)} add value {literal(label).strip()}{place}",
                verb=Verb.ALTER,
                target=new.id,
                running=Running.BOUNDARY,
            )
        previous = label


SPEC = KindSpec(
    name="enum",
    verbatim=True,
    node=Enum,
    catalog="pg_type",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    impact=impact,
    locks=dict.fromkeys(Verb, Lock.NONE),
    order=20,
    address=address,
    claims=type_claims,
    is_type=True,
)
