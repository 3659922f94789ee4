"""Default privileges: what the later objects of a role start with, everywhere or in one schema.

Those for everywhere stand instead of what Postgres gives by itself; those of a schema are added
to them (PostgreSQL manual, ALTER DEFAULT PRIVILEGES).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from airlock.kinds._acl import (
    Entries,
    changes,
    default_entries,
    entries,
    levelled,
    merged,
    privileges,
    roles,
    spelled,
)
from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.model.catalog import Catalog
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Step, Verb

_SORTS = {
    "r": "tables",
    "S": "sequences",
    "f": "routines",
    "T": "types",
    "n": "schemas",
    "L": "large objects",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultPrivileges(Node):
    """Of one role for one sort of object; the path is role, schema or nothing, and the sort."""

    entries: Entries = attr(OnChange.ALTER, holds=Holds.NAMES)


def query(major: int) -> str:
    """Return the query of default privileges."""
    del major
    return """
        select
          d.oid,
          pg_get_userbyid(d.defaclrole)::text as role,
          n.nspname as schema,
          d.defaclobjtype::text as sort,
          d.defaclacl::text[] as acl
        from pg_default_acl d
        left join pg_namespace n on n.oid = d.defaclnamespace
    """


def load(row: Row, resolve: Resolve) -> DefaultPrivileges:
    """Read those of a role."""
    del resolve
    found = entries(tuple(row.acl), row.role)
    return DefaultPrivileges(
        id=Id("default privileges", (row.role, row.schema or "", _SORTS[row.sort])),
        parent=Id("schema", (row.schema,)) if row.schema else None,
        needs=(Id("role", (row.role,)), *roles(found)),
        entries=found,
    )


def create(node: DefaultPrivileges, context: Context) -> Iterator[Step]:
    """Set them."""
    yield from _lead(node.id, _natural(node.id, context.major), node.entries, context, Verb.CREATE)


def drop(node: DefaultPrivileges, context: Context) -> Iterator[Step]:
    """Go back to what Postgres gives by itself."""
    yield from _lead(node.id, node.entries, _natural(node.id, context.major), context, Verb.DROP)


def alter(
    old: DefaultPrivileges, new: DefaultPrivileges, changed: frozenset[str], context: Context
) -> Iterator[Step]:
    """Lead from one to the other."""
    del changed
    yield from _lead(new.id, old.entries, new.entries, context, Verb.ALTER)


def level(node: DefaultPrivileges, low: int, major: int) -> DefaultPrivileges | None:
    """Leave out what an old server does not know, or all where the rest goes without saying."""
    found = levelled(node.entries, node.id.path[-1], low, major)
    return None if found == _natural(node.id, major) else replace(node, entries=found)


def given(sort: str, schema: str, context: Context) -> Entries:
    """Return what a plan's new object starts with, as `get_user_default_acl` does.

    Only some sorts have default privileges; `schema` is empty where the object is in none.
    """
    natural = default_entries(sort, context.major)
    if sort not in _SORTS.values():
        return natural
    everywhere = _entries(context.new, context.role, "", sort)
    inside = _entries(context.new, context.role, schema, sort) if schema else None
    return merged(natural if everywhere is None else everywhere, inside or ())


def _entries(catalog: Catalog, role: str, schema: str, sort: str) -> Entries | None:
    node = catalog.nodes.get(Id("default privileges", (role, schema, sort)))
    return node.entries if isinstance(node, DefaultPrivileges) else None


def _natural(id: Id, major: int) -> Entries:
    """Return what no row means: for a schema, that nothing is added."""
    _, schema, sort = id.path
    return () if schema else default_entries(sort, major)


def _lead(id: Id, before: Entries, after: Entries, context: Context, verb: Verb) -> Iterator[Step]:
    role, schema, sort = id.path
    where = f" in schema {quote(schema)}" if schema else ""
    for change in changes(before, after, sort, context.major):
        whole = change.privileges == privileges(sort, context.major)
        what = "all" if whole and len(change.privileges) > 1 else ", ".join(change.privileges)
        action = spelled(change, what, sort, role)
        yield Step(
            sql=f"alter default privileges for role {quote(role)}{where} {action}",
            verb=verb,
            target=id,
        )


SPEC = KindSpec(
    name="default privileges",
    node=DefaultPrivileges,
    catalog="pg_default_acl",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    locks={},
    order=14,
    is_said=True,
    shapes_creation=True,
    levelled=level,
)
