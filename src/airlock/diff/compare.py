"""Compare two catalogs. It knows no kind by name: a test keeps it so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.model.catalog import Catalog
from airlock.model.node import Id, Node, Values, attributes, reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """In the new catalog alone."""

    node: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """In the old catalog alone."""

    node: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """In both, with different attributes."""

    old: Node
    new: Node
    attributes: frozenset[str]


Change = Added | Removed | Changed


def compare(old: Catalog, new: Catalog) -> Iterator[Change]:
    """Yield what differs, in the order of addresses."""
    different = list(old.nodes.keys() - new.nodes.keys())
    before_of = old.nodes.get
    for id, node in new.nodes.items():
        known = before_of(id)
        if known is None or _differ(known, node):
            different.append(id)
    for id in sorted(different):
        before, after = old.nodes.get(id), new.nodes.get(id)
        if before is None and after is not None:
            yield Added(node=after)
        elif after is None and before is not None:
            yield Removed(node=before)
        elif before is not None and after is not None:
            yield Changed(old=before, new=after, attributes=differing(before, after))


def differing(old: Node, new: Node) -> frozenset[str]:
    """Return the names of the attributes that differ between two nodes of one kind."""
    return frozenset(
        name for name in attributes(type(new)) if getattr(old, name) != getattr(new, name)
    )


def _differ(old: Node, new: Node) -> bool:
    """Whether any attribute differs: most nodes are equal, and this is all that they cost."""
    kind = type(new)
    values = _values.get(kind)
    if values is None:
        values = _values[kind] = reader(tuple(attributes(kind)))
    return values(old) != values(new)


_values: dict[type[Node], Values] = {}


def addresses(change: Change) -> Id:
    """Return what a change is about."""
    match change:
        case Added(node=node) | Removed(node=node):
            return node.id
        case Changed(new=new):
            return new.id
