"""The fingerprint of a catalog: equal where, and only where, a comparison finds no difference.

A tree of hashes. An object's covers its address and the attributes that a comparison looks at;
that of a root (a schema, a role, an extension: what has no parent) covers all objects below it;
the catalog's covers the roots. Neither server, OIDs nor the order of reading are part of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from itertools import compress
from operator import ne
from typing import Any

from airlock.model.catalog import Catalog
from airlock.model.node import Id, Node, Values, attributes, reader
from airlock.model.shape import shape

FORMULA = 1
"""Number of the formula; fingerprints of two formulas say nothing about each other."""

_BYTES = 32
_MOST_KNOWN = 4096
"""Encoded values of one kind that are kept to be used again."""


@dataclass(frozen=True, kw_only=True)
class Fingerprint:
    """The hashes of one catalog, each taken when it is first asked for."""

    catalog: Catalog
    known: Mapping[Id, bytes] = field(default_factory=dict)
    """Hashes of another catalog that need not be taken again."""
    different: AbstractSet[Id] = frozenset()
    """What is not as it is there."""

    @cached_property
    def objects(self) -> Mapping[Id, bytes]:
        """The hash of each object."""
        known, hashed, nodes = self.known, _Hasher(), self.catalog.nodes
        if not known:
            return {id: hashed(node) for id, node in nodes.items()}
        objects = {id: known.get(id) or hashed(node) for id, node in nodes.items()}
        objects |= {id: hashed(nodes[id]) for id in self.different if id in nodes}
        return objects

    def like(self, other: Catalog, different: AbstractSet[Id]) -> Fingerprint:
        """Return the hashes of another catalog that differs only in these objects."""
        return Fingerprint(catalog=other, known=self.objects, different=different)

    @cached_property
    def roots(self) -> Mapping[Id, str]:
        """The fingerprint of each object without a parent, with all that is below it, by address.

        A root that is not in the catalog itself, such as a platform's schema that holds a policy
        of the project's, has one too.
        """
        below: dict[Id, list[bytes]] = defaultdict(list)
        for root, hashed in zip(_roots(self.catalog), self.objects.values(), strict=True):
            below[root].append(hashed)
        return {id: _text(_joined(below[id])) for id in sorted(below)}

    @cached_property
    def whole(self) -> str:
        """The fingerprint of the catalog: `1:` and 64 hexadecimal digits."""
        return _text(_joined(_encoded(id.kind, id.path, text) for id, text in self.roots.items()))


def fingerprint(catalog: Catalog) -> str:
    """Return the fingerprint of a catalog."""
    return Fingerprint(catalog=catalog).whole


def object_hash(node: Node) -> bytes:
    """Return the hash of one object: of its address, and its attributes that are not blank."""
    return _Hasher()(node)


@dataclass(frozen=True, slots=True)
class _Hasher:
    """Hashes objects, and remembers what it has encoded: most columns are like many others."""

    said: dict[type[Node], dict[tuple[Any, ...], str]] = field(default_factory=dict)

    def __call__(self, node: Node) -> bytes:
        """Return the hash of an object."""
        kind = type(node)
        known = self.said.get(kind)
        if known is None:
            known = self.said[kind] = {}
            _compared.setdefault(kind, _Compared.of(kind))
        compared = _compared[kind]
        values = compared.values(node)
        said = known.get(values)
        if said is None:
            said = ascii(compared.said(values))
            if len(known) < _MOST_KNOWN:
                known[values] = said
        # This is how the three are encoded together.
        text = f"({node.id.kind!a}, {node.id.path!a}, {said})"
        return blake2b(text.encode("ascii"), digest_size=_BYTES).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    """What a comparison looks at in a kind of node, sorted by name."""

    names: tuple[str, ...]
    blanks: tuple[object, ...]
    """The value of each that says nothing."""
    values: Values

    @classmethod
    def of(cls, node: type[Node]) -> _Compared:
        """Look at a kind of node."""
        blanks = {field.name: field.blank for field in shape(node)}
        names = tuple(sorted(attributes(node)))
        return cls(names=names, blanks=tuple(blanks[name] for name in names), values=reader(names))

    def said(self, values: tuple[Any, ...]) -> tuple[tuple[str, Any], ...]:
        """Return the values that say something, with their names."""
        return tuple(compress(zip(self.names, values, strict=True), map(ne, values, self.blanks)))


_compared: dict[type[Node], _Compared] = {}


def _encoded(*values: Any) -> bytes:
    """Return texts, numbers and tuples of them as Python writes them in ASCII.

    That is the same in every version of Python, tells any two of them apart, and takes a third of
    the time of JSON.
    """
    return ascii(values).encode("ascii")


def _roots(catalog: Catalog) -> Iterator[Id]:
    """Yield the outermost parent of each node, in the catalog's order."""
    known: dict[Id, Id] = {}
    nodes = catalog.nodes
    for id, node in nodes.items():
        parent = node.parent
        if parent is None:
            yield id
            continue
        root = known.get(parent)
        if root is None:
            root = parent
            while (above := nodes.get(root)) is not None and above.parent is not None:
                root = above.parent
            known[parent] = root
        yield root


def _joined(hashes: Iterable[bytes]) -> bytes:
    return blake2b(b"".join(sorted(hashes)), digest_size=_BYTES).digest()


def _text(digest: bytes) -> str:
    return f"{FORMULA}:{digest.hex()}"
