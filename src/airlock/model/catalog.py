"""An immutable picture of one database's schema."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from types import MappingProxyType

from airlock.model.node import Id, Node

_NOTHING: frozenset[Id] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Catalog:
    """Nodes by their address, and what each of them needs.

    `edges` lead from a node to what it depends on, parents and what is out of scope included.
    `autos` are those of them that take the node along when they are dropped
    (`pg_depend.deptype` `a` and `i`).
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
        """Return what a node depends on."""
        return self.edges.get(id, _NOTHING)

    @cached_property
    def dependents(self) -> Mapping[Id, Collection[Id]]:
        """The edges the other way: what depends on each."""
        return _reversed((id, self.edges.get(id, _NOTHING)) for id in self.nodes)

    @cached_property
    def children(self) -> Mapping[Id, Collection[Id]]:
        """What goes when an object is dropped, one floor down."""
        return _reversed((n.id, (n.parent,)) for n in self if n.parent is not None)


def catalog_of(
    nodes: Iterable[Node],
    *,
    edges: Mapping[Id, AbstractSet[Id]] | None = None,
    autos: Mapping[Id, frozenset[Id]] | None = None,
    major: int = 0,
    role: str = "",
    unmodelled: Iterable[str] = (),
) -> Catalog:
    """Return a catalog in its one order; parents and `needs` become edges."""
    ordered = {node.id: node for node in sorted(nodes, key=attrgetter("id"))}
    known = edges or {}
    whole: dict[Id, frozenset[Id]] = {}
    shared: dict[Id, frozenset[Id]] = {}
    """One set for all that need nothing but the same parent, as most do."""
    for id, node in ordered.items():
        parent, own, found = node.parent, node.needs, known.get(id)
        if found is None and not own:
            if parent is not None:
                whole[id] = shared.get(parent) or shared.setdefault(parent, frozenset((parent,)))
            continue
        needs = (*own, parent) if parent is not None else own
        whole[id] = frozenset(needs).union(found or ())
    return Catalog(
        nodes=MappingProxyType(ordered),
        edges=MappingProxyType(whole),
        autos=MappingProxyType(dict(autos or {})),
        major=major,
        role=role,
        unmodelled=tuple(sorted(unmodelled)),
    )


EMPTY = catalog_of(())


def _reversed(pairs: Iterable[tuple[Id, Iterable[Id]]]) -> Mapping[Id, Collection[Id]]:
    found: dict[Id, list[Id]] = defaultdict(list)
    for id, others in pairs:
        for other in others:
            found[other].append(id)
    return MappingProxyType(found)
