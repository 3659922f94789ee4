"""Composite types that stand by themselves; a table's row type belongs to the table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._spec import Context, Impact, KindSpec, Resolve, Row, row_type_claims
from airlock.kinds._sql import no_member, own_schema
from airlock.kinds._types import collation_of
from airlock.model.catalog import Catalog
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Lock, Loss, Step, Verb

Attribute = tuple[str, str]
"""A name, and its type with the collation where that is not the type's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompositeType(Node):
    """A composite type."""

    attributes: tuple[Attribute, ...] = attr(OnChange.ALTER, holds=Holds.NAMES)
    stored: bool = attr(OnChange.IGNORE)
    """Whether a column holds values of it, by itself or inside an array, domain, range or other
    composite type: Postgres alters no attribute's type then."""


def query(major: int) -> str:
    """Return the query of composite types."""
    del major
    return f"""
        with recursive held as (
          -- what columns are of, down to what that is made of
          select distinct a.atttypid as type
          from pg_attribute a
          join pg_class c on c.oid = a.attrelid
          where c.relkind in ('r', 'p', 'f', 'm')
            and a.attnum > 0
            and not a.attisdropped
            and a.atttypid >= 16384
          union
          select part.type
          from held h
          join pg_type t on t.oid = h.type
          left join pg_range r on t.oid in (r.rngtypid, r.rngmultitypid)
          left join pg_attribute a on a.attrelid = t.typrelid and a.attnum > 0
          cross join lateral (
            values (t.typelem), (t.typbasetype), (r.rngsubtype), (a.atttypid)
          ) as part (type)
          where part.type >= 16384
        )
        select
          t.oid,
          n.nspname as schema,
          t.typname as name,
          (
            select array_agg(
              array[
                a.attname::text,
                concat_ws(
                  ' collate ',
                  format_type(a.atttypid, a.atttypmod),
                  {collation_of("a.attcollation", "b.typcollation")}
                )
              ]
              order by a.attnum
            )
            from pg_attribute a
            join pg_type b on b.oid = a.atttypid
            where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
          ) as attributes,
          exists (select from held h where h.type = t.oid) as stored
        from pg_type t
        join pg_class c on c.oid = t.typrelid
        join pg_namespace n on n.oid = t.typnamespace
        where c.relkind = 'c'
          and {own_schema("n")}
          and {no_member("pg_type", "t.oid")}
    """


def load(row: Row, resolve: Resolve) -> CompositeType:
    """Read a composite type."""
    del resolve
    return CompositeType(
        id=Id("composite type", (row.schema, row.name)),
        parent=Id("schema", (row.schema,)),
        attributes=tuple((name, typed) for name, typed in row.attributes or ()),
        stored=row.stored,
    )


def address(id: Id) -> str:
    """Return `type "schema"."name"`."""
    return f"type {quote(*id.path)}"


def create(composite: CompositeType, context: Context) -> Iterator[Step]:
    """Create it."""
    del context
    yield Step(
        sql=f"create {address(composite.id)} as",
        verb=Verb.CREATE,
        target=composite.id,
        elements=tuple(f"{quote(name)} {typed}" for name, typed in composite.attributes),
    )


def drop(composite: CompositeType, context: Context) -> Iterator[Step]:
    """Drop it; columns of its type are gone before."""
    del context
    yield Step(sql=f"drop {address(composite.id)}", verb=Verb.DROP, target=composite.id)


def impact(old: CompositeType, new: CompositeType, changed: frozenset[str]) -> Impact:
    """Weigh a change: attributes come at the end, and stored values keep their types."""
    del changed
    before, after = dict(old.attributes), dict(new.attributes)
    kept = tuple(name for name in before if name in after)
    if tuple(after)[: len(kept)] != kept:
        return Impact.RECAST
    retyped = any(before[name] != after[name] for name in kept)
    if retyped and old.stored:
        return Impact.RECAST
    return Impact.RETYPE if retyped or len(kept) < len(before) else Impact.IN_PLACE


def alter(
    old: CompositeType, new: CompositeType, changed: frozenset[str], context: Context
) -> Iterator[Step]:
    """Drop, alter and add attributes, in typed tables too."""
    del changed
    before, after = dict(old.attributes), dict(new.attributes)
    tables = _typed_tables(old.id, context.old)
    cascade = " cascade" if tables else ""

    def step(action: str, loss: Loss = Loss.NONE, *, rewrites: bool = False) -> Step:
        return Step(
            sql=f"alter {address(new.id)} {action}{cascade}",
            verb=Verb.ALTER,
            target=new.id,
            lock=Lock.ACCESS_EXCLUSIVE if tables else Lock.NONE,
            on=tables,
            rewrites=rewrites and bool(tables),
            loss=loss,
            hazard="every value of the attribute is lost" if loss is Loss.DATA else None,
        )

    for name in before:
        if name not in after:
            lost = Loss.DATA if tables or old.stored else Loss.NONE
            yield step(f"drop attribute {quote(name)}", lost)
    for name, typed in after.items():
        if name not in before:
            yield step(f"add attribute {quote(name)} {typed}")
        elif before[name] != typed:
            yield step(f"alter attribute {quote(name)} set data type {typed}", rewrites=True)


def _typed_tables(id: Id, catalog: Catalog) -> tuple[Id, ...]:
    """Return the tables OF the type, in order."""
    return tuple(
        sorted(
            other
            for other in catalog.dependents.get(id, ())
            if getattr(catalog.nodes[other], "of_type", None)
        )
    )


SPEC = KindSpec(
    name="composite type",
    node=CompositeType,
    catalog="pg_type",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    impact=impact,
    locks=dict.fromkeys(Verb, Lock.NONE) | {Verb.ALTER: Lock.ACCESS_EXCLUSIVE},
    order=22,
    address=address,
    claims=row_type_claims,
    is_type=True,
)
