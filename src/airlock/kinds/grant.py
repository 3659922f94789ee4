"""Privileges on an object or a column, where they are not what Postgres gives by itself.

A REVOKE of a privilege on a table takes it from the table's columns as well, so those that are to
keep it get it back. A new object starts with the default privileges of its creator, not with
nothing: what leads from there to the privileges that it should have comes after its creation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from sys import intern

from airlock.kinds import kind
from airlock.kinds._acl import (
    Change,
    Entries,
    changes,
    default_entries,
    entries,
    handed_over,
    levelled,
    privileges,
    roles,
    spelled,
)
from airlock.kinds._relation import RELATIONS
from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._sql import own_schema
from airlock.kinds._target import FIELDS, JOINS, about, goes_along, locate
from airlock.kinds.default_privileges import given
from airlock.kinds.owner import Owner
from airlock.model.catalog import Catalog
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr, satellite
from airlock.model.step import Step, Verb

_SORTS = {
    "pg_namespace": "schemas",
    "pg_proc": "routines",
    "pg_type": "types",
    "pg_language": "languages",
    "pg_foreign_data_wrapper": "foreign data wrappers",
    "pg_foreign_server": "servers",
}
"""Sorts of objects by the catalog of their kind; relations are told apart by the kind."""
_TABLES = frozenset({"table", "foreign table", "view", "materialized view"})
_SEQUENCE_NAME = re.compile(
    r'sequence name ("(?:[^"]|"")+"|[^".]+)\.("(?:[^"]|"")+"|[^".]+)', re.DOTALL
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant(Node):
    """The privileges on one object."""

    entries: Entries = attr(OnChange.ALTER, holds=Holds.NAMES)
    owner: str = attr(OnChange.IGNORE, holds=Holds.NAMES)


def query(major: int) -> str:
    """Return the query of privileges; NULL stands for those that Postgres gives by itself."""
    return f"""
        select
          {FIELDS},
          {major} as major,
          pg_get_userbyid(d.owner)::text as owner,
          d.acl::text[] as acl
        from (
          select
            'pg_class'::regclass as classoid, c.oid as objoid, 0 as objsubid,
            c.relowner as owner, c.relacl as acl
          from pg_class c
          join pg_namespace n on n.oid = c.relnamespace
          where c.relacl is not null and {own_schema("n")}
          union all
          select 'pg_class'::regclass, c.oid, a.attnum, c.relowner, a.attacl
          from pg_attribute a
          join pg_class c on c.oid = a.attrelid
          join pg_namespace n on n.oid = c.relnamespace
          where a.attacl is not null and not a.attisdropped and {own_schema("n")}
          union all
          select 'pg_proc'::regclass, p.oid, 0, p.proowner, p.proacl
          from pg_proc p
          join pg_namespace n on n.oid = p.pronamespace
          where p.proacl is not null and {own_schema("n")}
          union all
          select 'pg_type'::regclass, t.oid, 0, t.typowner, t.typacl
          from pg_type t
          join pg_namespace n on n.oid = t.typnamespace
          where t.typacl is not null
            and (t.typcategory <> 'A' or t.typtype = 'd')
            and t.typtype <> 'm'
            and {own_schema("n")}
          union all
          select 'pg_namespace'::regclass, n.oid, 0, n.nspowner, n.nspacl
          from pg_namespace n
          where n.nspacl is not null and {own_schema("n")}
          union all
          select 'pg_language'::regclass, oid, 0, lanowner, lanacl
          from pg_language
          where lanacl is not null
          union all
          select 'pg_foreign_data_wrapper'::regclass, oid, 0, fdwowner, fdwacl
          from pg_foreign_data_wrapper
          where fdwacl is not null
          union all
          select 'pg_foreign_server'::regclass, oid, 0, srvowner, srvacl
          from pg_foreign_server
          where srvacl is not null
        ) d
        {JOINS}
    """


def load(row: Row, resolve: Resolve) -> Grant | None:
    """Read the privileges on what is a node, or part of one."""
    target = locate(row, resolve)
    if target is None:
        return None
    sort = _sort(target.id)
    found = entries(tuple(row.acl), row.owner)
    if sort is None or found == default_entries(sort, row.major):
        return None
    return Grant(
        id=satellite("grant", target.id),
        parent=target.parent,
        after=(*_holders(target.id, target.parent), *roles(found)),
        entries=found,
        owner=intern(row.owner),
    )


def create(grant: Grant, context: Context) -> Iterator[Step]:
    """Lead from what Postgres gives by itself to these."""
    place = _Place(target=about(grant.id), owner=grant.owner, verb=Verb.CREATE, context=context)
    yield from place.lead(_untouched(grant, context), grant.entries)


def drop(grant: Grant, context: Context) -> Iterator[Step]:
    """Lead back to what Postgres gives by itself, before the owner changes where it does."""
    if goes_along(grant, context):
        return
    target = about(grant.id)
    place = _Place(target=target, owner=grant.owner, verb=Verb.DROP, context=context)
    yield from place.lead(grant.entries, _natural(target, context.major))


def alter(old: Grant, new: Grant, changed: frozenset[str], context: Context) -> Iterator[Step]:
    """Lead from one to the other, after the owner has changed where it does."""
    del changed
    place = _Place(target=about(new.id), owner=new.owner, verb=Verb.ALTER, context=context)
    yield from place.lead(handed_over(old.entries, new.owner), new.entries)


def level(grant: Grant, low: int, major: int) -> Grant | None:
    """Leave out what an old server does not know, or all where the rest goes without saying."""
    sort = _sort(about(grant.id))
    assert sort is not None
    found = levelled(grant.entries, sort, low, major)
    return None if found == default_entries(sort, major) else replace(grant, entries=found)


def settle(target: Id, context: Context) -> Iterator[Step]:
    """Lead a new object from what its creator's default privileges gave it to what is wanted."""
    yield from _settle(target, context)
    own = satellite("grant", target)
    for child in sorted(context.new.children.get(target, ())):
        # The columns of a view are no nodes.
        if child.kind == "grant" and child != own:
            yield from _settle(about(child), context)
    sequence = _identity(target, context.new)
    if sequence is not None and satellite("grant", sequence) not in context.new:
        yield from _settle(sequence, context, parent=target)


def _settle(target: Id, context: Context, parent: Id | None = None) -> Iterator[Step]:
    sort = _sort(target)
    if sort is None:
        return
    grant = context.new.nodes.get(satellite("grant", target))
    if isinstance(grant, Grant):
        owner, wanted = grant.owner, grant.entries
    else:
        owner = _owner(target, parent, context.new) or context.role
        wanted = _natural(target, context.major)
    place = _Place(target=target, owner=owner, verb=Verb.CREATE, context=context)
    yield from place.lead(handed_over(_initial(target, sort, context), owner), wanted)


def _initial(target: Id, sort: str, context: Context) -> Entries:
    """Return what an object has when it has just been created."""
    schema = target.path[0] if len(target.path) > 1 else ""
    return given(sort, schema, context)


def _untouched(grant: Grant, context: Context) -> Entries:
    """Return the privileges on an object that had no node of them before."""
    target = about(grant.id)
    sort = _sort(target)
    assert sort is not None
    if target.kind == "sequence" and grant.parent is not None and grant.parent != target:
        column = context.old.nodes.get(grant.parent)
        if column is not None and _identity(grant.parent, context.old) is None:
            return handed_over(_initial(target, sort, context), grant.owner)
    return _natural(target, context.major)


def _natural(target: Id, major: int) -> Entries:
    sort = _sort(target)
    return default_entries(sort, major) if sort is not None else ()


def _sort(target: Id) -> str | None:
    """Return the sort of object, as default privileges call it; None without privileges."""
    if target.kind in _TABLES:
        return "tables"
    if target.kind in ("column", "sequence"):
        return f"{target.kind}s"
    return _SORTS.get(kind(target.kind).catalog)


def _holders(target: Id, parent: Id) -> tuple[Id, ...]:
    """Return what comes before: the owner, and for a column what is said of the whole table."""
    if parent == target and target.kind != "column":
        return (satellite("owner", target),)
    sorts = ("table", "foreign table") if parent.kind == "column" else (parent.kind,)
    says = ("owner", "grant") if target.kind == "column" else ("owner",)
    return tuple(satellite(each, Id(sort, parent.path[:2])) for sort in sorts for each in says)


def _owner(target: Id, parent: Id | None, catalog: Catalog) -> str | None:
    """Return the owner of an object or of what it is part of."""
    seen: Id | None = target
    for _ in range(3):
        if seen is None:
            return None
        node = catalog.nodes.get(satellite("owner", seen))
        if isinstance(node, Owner):
            return node.role
        whole = catalog.nodes.get(seen)
        seen = whole.parent if whole is not None else parent
    return None


def _identity(column: Id, catalog: Catalog) -> Id | None:
    """Return the address of the sequence of an identity column."""
    options: tuple[str, ...] = getattr(catalog.nodes.get(column), "sequence", ())
    if column.kind != "column" or not options:
        return None
    found = _SEQUENCE_NAME.fullmatch(options[0])
    if found is None:
        return None
    names = [
        name[1:-1].replace('""', '"') if name.startswith('"') else name for name in found.groups()
    ]
    return Id("sequence", tuple(names))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """What statements are about, and who owns it when they run."""

    target: Id
    owner: str
    verb: Verb
    context: Context

    def lead(self, before: Entries, after: Entries) -> Iterator[Step]:
        """Yield the steps from one state to another."""
        if before == after:
            return
        sort = _sort(self.target)
        assert sort is not None
        found = tuple(changes(before, after, sort, self.context.major))
        lost = [change for change in found if not change.grants]
        for change in lost:
            yield self._step(change, sort, self.target)
        # The columns of a new table get theirs afterwards.
        if sort == "tables" and lost and self.target not in self.context.created:
            yield from self._give_back(lost)
        for change in found:
            if change.grants:
                yield self._step(change, sort, self.target)

    def _give_back(self, lost: list[Change]) -> Iterator[Step]:
        """Grant on columns what a REVOKE on the table took there too."""
        taken = {
            (grantee, privilege, change.grantor)
            for change in lost
            for grantee in change.grantees
            for privilege in change.privileges
        }
        for id in _of_columns(self.target, self.context.new):
            kept, had = self.context.new.nodes.get(id), self.context.old.nodes.get(id)
            if isinstance(kept, Grant) and isinstance(had, Grant):
                again = tuple(entry for entry in kept.entries if entry[:3] in taken)
                for change in changes((), again, "columns", self.context.major):
                    yield self._step(change, "columns", about(id))

    def _step(self, change: Change, sort: str, on: Id) -> Step:
        what = ", ".join(change.privileges)
        if sort == "columns":
            column = quote(on.path[-1])
            what = ", ".join(f"{privilege} ({column})" for privilege in change.privileges)
        elif change.grants and len(change.privileges) > 1:
            whole = change.privileges == privileges(sort, self.context.major)
            what = "all" if whole else what
        return Step(
            sql=spelled(change, what, _on(on, sort), self.owner),
            verb=self.verb,
            target=satellite("grant", self.target),
        )


def _of_columns(table: Id, catalog: Catalog) -> list[Id]:
    """Return the addresses that privileges on a relation's columns have, or would have."""
    found: set[Id] = set()
    for child in catalog.children.get(table, ()):
        if child.kind == "column":
            found.add(satellite("grant", child))
        elif child.kind == "grant" and child.path[0] == "column":
            found.add(child)
    return sorted(found)


def _on(target: Id, sort: str) -> str:
    """Return what follows ON: `table "public"."users"`."""
    if sort in ("tables", "columns"):
        return f"table {quote(*target.path[:2])}"
    if sort == "servers":
        return f"foreign server {quote(*target.path)}"
    if sort == "routines":
        return f"routine {quote(*target.path[:-1])}({target.path[-1]})"
    if target.kind in RELATIONS.values() and sort == "sequences":
        return f"sequence {quote(*target.path)}"
    address = kind(target.kind).address
    assert address is not None
    return address(target)


SPEC = KindSpec(
    name="grant",
    node=Grant,
    # Not where privileges stand but where they are looked up: `oid` is the object's own there.
    catalog="pg_shdepend",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    locks={},
    order=92,
    is_said=True,
    settle=settle,
    levelled=level,
)
