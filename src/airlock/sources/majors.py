"""Catalogs of servers of different major versions, brought to one form.

What only the newer one keeps, as the name of a NOT NULL constraint, becomes what it makes of the
older one's dump; what each prints in its own way is printed in the newer one's. A kind says which
of its attributes came late (`attr(…, late=…)`), and what else it takes (`KindSpec.levelled`).
Where that forgets something that was said, it is listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from airlock.kinds import kind
from airlock.kinds.grant import Grant
from airlock.kinds.owner import Owner
from airlock.model.catalog import Catalog
from airlock.model.node import Id, Node, attributes, late_attributes, satellite
from airlock.sources import queries

Lost = tuple[Id, str]
"""An object, and the attribute of it that was not compared."""

_QUERIES = frozenset({"view", "materialized view"})
_PUBLIC = Id("schema", ("public",))
_CLOSED_PUBLIC = 15
"""First major whose schema public belongs to the database's owner, and is closed to others."""
_OWN = (("", "create", "", ""), ("", "usage", "", ""))
_OPEN = (*_OWN, ("public", "create", "", ""), ("public", "usage", "", ""))
_CLOSED = (*_OWN, ("public", "usage", "", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Levelled:
    """Two catalogs that can be compared; `lost` is what could not be, in order."""

    old: Catalog
    new: Catalog
    lost: tuple[Lost, ...] = ()


def levelled(old: Catalog, new: Catalog) -> Levelled:
    """Return two catalogs as if a server of the old one's major had both.

    Nothing happens where they are of one major, or where one says none.
    """
    majors = old.major, new.major
    if majors[0] == majors[1] or not all(majors):
        return Levelled(old=old, new=new)
    low, high = min(majors), max(majors)
    lost = (*_lost(old, low), *_lost(new, low))
    before = as_on(old.major, old, low=low, high=high)
    after = as_on(old.major, new, low=low, high=high)
    if low < _CLOSED_PUBLIC <= high and _is_initial(old) and _is_initial(new):
        after = replace(after, nodes=MappingProxyType({**after.nodes, **_of_public(before)}))
        lost = (*lost, (_PUBLIC, "owner and privileges that it starts with"))
    return Levelled(old=before, new=after, lost=tuple(sorted(set(lost))))


def as_on(major: int, catalog: Catalog, *, low: int, high: int) -> Catalog:
    """Return a catalog as a server of `major` has it, told only what `low` knows.

    Queries are printed as `high` does.
    """
    shorten = queries.is_long(catalog.major) and queries.differs(low, high)
    nodes: dict[Id, Node] = {}
    for id, node in catalog.nodes.items():
        found = _as_on(node, low, major)
        if found is not None and shorten and id.kind in _QUERIES:
            found = _shortened(found)
        if found is not None:
            nodes[id] = found
    edges = {id: needed for id, needed in catalog.edges.items() if id in nodes}
    return replace(
        catalog, nodes=MappingProxyType(nodes), edges=MappingProxyType(edges), major=major
    )


def _as_on(node: Node, low: int, major: int) -> Node | None:
    found: Node | None = kind(node.id.kind).levelled(node, low, major)
    if found is None:
        return None
    changes: dict[str, Any] = {}
    for name, late in late_attributes(type(node)).items():
        if late.since > low:
            changes[name] = late.before if major < late.since else late.usual
    return replace(found, **changes) if changes else found


def _shortened(node: Node) -> Node:
    from airlock.sources.sqltext import shortened_query  # noqa: PLC0415 - the parser is slow to load

    changes: dict[str, Any] = {"definition": shortened_query(getattr(node, "definition", ""))}
    return replace(node, **changes)


def _lost(catalog: Catalog, low: int) -> Iterator[Lost]:
    """Yield what a catalog says and no server of `low` would keep."""
    for id, node in catalog.nodes.items():
        found = _as_on(node, low, catalog.major)
        if found is None:
            yield id, next(iter(attributes(type(node))))
        elif found is not node and not getattr(node, "inherited", False):
            # What a column has from its table's parents is said of theirs.
            for name in attributes(type(node)):
                if getattr(found, name) != getattr(node, name):
                    yield id, name


def _is_initial(catalog: Catalog) -> bool:
    """Whether schema public is as Postgres makes it in a new database."""
    owner, grant = (catalog.nodes.get(satellite(each, _PUBLIC)) for each in ("owner", "grant"))
    if not isinstance(owner, Owner) or not isinstance(grant, Grant):
        return False
    closed = catalog.major >= _CLOSED_PUBLIC
    if (owner.role == "pg_database_owner") != closed:
        return False
    return grant.entries == (_CLOSED if closed else _OPEN)


def _of_public(catalog: Catalog) -> dict[Id, Node]:
    ids = (satellite(each, _PUBLIC) for each in ("owner", "grant"))
    return {id: catalog.nodes[id] for id in ids if id in catalog.nodes}
