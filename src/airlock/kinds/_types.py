"""What kinds of types share: who uses one, and how Postgres spells what they are made of."""

from __future__ import annotations

import re

from airlock.kinds._spec import Context
from airlock.model.catalog import Catalog
from airlock.model.names import quote, spell
from airlock.model.node import Id

_CONTAINERS = frozenset({"domain", "composite type", "range type"})
"""Kinds through which a column can hold values of a type without naming it."""


def collation_of(collation: str, type_collation: str) -> str:
    """Return an expression: a collation, quoted and qualified, where it is not the type's own."""
    return f"""(
            select quote_ident(cn.nspname) || '.' || quote_ident(co.collname)
            from pg_collation co
            join pg_namespace cn on cn.oid = co.collnamespace
            where co.oid = {collation}
              and {collation} <> {type_collation}
          )"""


def tables_with(id: Id, context: Context) -> tuple[Id, ...]:
    """Return the tables that were there before and hold values of a type, in order."""
    return tuple(sorted(_tables(id, context.old) - context.created))


def cast_over(value: str, spelled: str, column: Id, context: Context) -> str:
    """Return an expression: a column's value in the new type of the same name.

    It goes by way of text: only so can one enum's labels become another's. A composite value's
    text has no names in it, so where attributes have other places each is taken by its name.
    """
    composite = next(
        (
            id
            for id in context.new.needs(column)
            if id.kind == "composite type" and spell(*id.path) == spelled
        ),
        None,
    )
    if composite is not None:
        before, after = (
            [name for name, _ in getattr(catalog.nodes.get(composite), "attributes", ())]
            for catalog in (context.old, context.new)
        )
        if before != after:
            parts = ", ".join(
                f"({value}).{quote(name)}::text" if name in before else "null" for name in after
            )
            return f"case when {value} is distinct from null then row({parts})::{spelled} end"
    return f"{value}::text::{spelled}"


def cast_to(value: str, old: str, new: str, column: Id, context: Context) -> str:
    """Return an expression: a value of one type in another, by way of text where no cast leads."""
    direct = _is_cast(_base(old, column, context.old), _base(new, column, context.new))
    if direct or Id("cast", (old, new)) in context.old:
        return f"{value}::{new}"
    return f"{value}::text::{new}"


def _is_cast(old: str, new: str) -> bool:
    """Whether Postgres casts one type to the other: known by name, without sizes."""
    if old == new or old in _TEXTS or new in _TEXTS:
        return True
    if old.endswith("[]") and new.endswith("[]"):
        return _is_cast(old.removesuffix("[]"), new.removesuffix("[]"))
    return any(old in family and new in family for family in _FAMILIES)


def _base(spelled: str, column: Id, catalog: Catalog) -> str:
    """Return a type without its size, and what is below where it is a domain."""
    for id in catalog.needs(column):
        if id.kind == "domain" and spell(*id.path) == spelled:
            return _base(getattr(catalog.nodes.get(id), "type", ""), id, catalog)
    return _SIZE.sub("", spelled)


_SIZE = re.compile(r"\([^)]*\)")
_TEXTS = frozenset({"text", "character varying", "character", "name"})
_FAMILIES = (
    frozenset({"smallint", "integer", "bigint", "numeric", "real", "double precision"}),
    frozenset({"date", "timestamp without time zone", "timestamp with time zone"}),
    frozenset({"integer", "boolean"}),
    frozenset({"json", "jsonb"}),
    frozenset({"inet", "cidr"}),
    frozenset({"bit", "bit varying"}),
)
"""Types that can be cast to each other (PostgreSQL manual, `pg_cast`)."""


def _tables(start: Id, catalog: Catalog) -> frozenset[Id]:
    found: set[Id] = set()
    seen: set[Id] = set()
    waiting = [start]
    while waiting:
        id = waiting.pop()
        if id in seen:
            continue
        seen.add(id)
        for other in catalog.dependents.get(id, ()):
            if other.kind in _CONTAINERS:
                waiting.append(other)
            elif other.kind == "column" and (table := catalog.nodes[other].parent):
                found.add(table)
    return frozenset(found)
