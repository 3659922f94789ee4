"""An immutable picture of one database's schema."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from airlock.model.node import Id, Node

_NOTHING: frozenset[Id] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Catalog:
    """Nodes by their address, and what each of them needs.

    The order of nodes means nothing. `edges` lead from a node to what it depends on beside its
    parent and what it `needs`; what is out of scope is among that. `autos` are what takes the node
    along when it is dropped (`pg_depend.deptype` `a` and `i`).
    """

    nodes: Mapping[Id, Node]
    edges: Mapping[Id, frozenset[Id]]
    autos: Mapping[Id, frozenset[Id]] = field(default_factory=dict)
    major: int = 0
    """Major version of the server that it was read from."""
    role: str = ""
    """Who a plan for this database runs as, and who owns what a plan creates."""
    unmodelled: tuple[str, ...] = ()
    """What the database holds that no kind covers, described, in order."""

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes.values())

    def __len__(self) -> int:
        return len(self.nodes)

    def __contains__(self, id: Id) -> bool:
        return id in self.nodes

    def needs(self, id: Id) -> frozenset[Id]:
        """Return what a node depends on, its parent included."""
        found = self.edges.get(id, _NOTHING)
        node = self.nodes.get(id)
        return found if node is None else found.union(node.needs, _parents(node))

    @cached_property
    def dependents(self) -> Mapping[Id, Collection[Id]]:
        """The edges the other way: what depends on each."""
        return _reversed(
            (id, (*self.edges.get(id, ()), *node.needs, *_parents(node)))
            for id, node in self.nodes.items()
        )

    @cached_property
    def children(self) -> Mapping[Id, Collection[Id]]:
        """What goes when an object is dropped, one floor down."""
        return _reversed((node.id, _parents(node)) for node in self)


def catalog_of(
    nodes: Iterable[Node],
    *,
    edges: Mapping[Id, frozenset[Id]] | None = None,
    autos: Mapping[Id, frozenset[Id]] | None = None,
    major: int = 0,
    role: str = "",
    unmodelled: Iterable[str] = (),
) -> Catalog:
    """Return a catalog; `edges` may say again what parents and `needs` say."""
    by_id = {node.id: node for node in nodes}
    more: dict[Id, frozenset[Id]] = {}
    for id, found in (edges or {}).items():
        node = by_id[id]
        if node.needs or node.parent in found:
            found = found.difference(node.needs, _parents(node))  # noqa: PLW2901 - what is left
        if found:
            more[id] = found
    return Catalog(
        nodes=MappingProxyType(by_id),
        edges=MappingProxyType(more),
        autos=MappingProxyType(dict(autos or {})),
        major=major,
        role=role,
        unmodelled=tuple(sorted(unmodelled)),
    )


EMPTY = catalog_of(())


def _parents(node: Node) -> tuple[Id, ...]:
    return () if node.parent is None else (node.parent,)


def _reversed(pairs: Iterable[tuple[Id, Iterable[Id]]]) -> Mapping[Id, Collection[Id]]:
    found: dict[Id, list[Id]] = defaultdict(list)
    for id, others in pairs:
        for other in others:
            found[other].append(id)
    return MappingProxyType(found)
