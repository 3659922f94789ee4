"""The fingerprint of a catalog: equal where, and only where, a comparison finds no difference.

A tree of hashes. An object's covers its address and the attributes that a comparison looks at;
that of a root (a schema, a role, an extension: what has no parent) covers all objects below it;
the catalog's covers the roots. Neither server, OIDs nor the order of reading are part of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from operator import attrgetter
from typing import Any

from airlock.model.catalog import Catalog
from airlock.model.node import Id, Node, attributes
from airlock.model.shape import shape

FORMULA = 1
"""Number of the formula; fingerprints of two formulas say nothing about each other."""

_BYTES = 32
_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True, check_circular=False).encode


@dataclass(frozen=True, kw_only=True)
class Fingerprint:
    """The hashes of one catalog, each taken when it is first asked for."""

    catalog: Catalog

    @cached_property
    def objects(self) -> Mapping[Id, bytes]:
        """The hash of each object."""
        return {node.id: object_hash(node) for node in self.catalog}

    @cached_property
    def roots(self) -> Mapping[Id, str]:
        """The fingerprint of each object without a parent, with all that is below it, by address.

        A root that is not in the catalog itself, such as a platform's schema that holds a policy
        of the project's, has one too.
        """
        below: dict[Id, list[bytes]] = {}
        root = _roots(self.catalog)
        for id, hashed in self.objects.items():
            below.setdefault(root(id), []).append(hashed)
        return {id: _text(_joined(below[id])) for id in sorted(below)}

    @cached_property
    def whole(self) -> str:
        """The fingerprint of the catalog: `1:` and 64 hexadecimal digits."""
        return _text(_joined(f"{_encode(id)} {text}".encode() for id, text in self.roots.items()))


def fingerprint(catalog: Catalog) -> str:
    """Return the fingerprint of a catalog."""
    return Fingerprint(catalog=catalog).whole


def object_hash(node: Node) -> bytes:
    """Return the hash of one object: of its address, and its attributes that are not blank."""
    kind = type(node)
    reader = _readers.get(kind)
    if reader is None:
        reader = _readers[kind] = _reader(kind)
    names, blanks, values = reader
    found = {
        name: value
        for name, value, blank in zip(names, values(node), blanks, strict=True)
        if value != blank
    }
    return blake2b(_encode([*node.id, found]).encode(), digest_size=_BYTES).digest()


_Reader = tuple[tuple[str, ...], tuple[object, ...], Callable[[Node], tuple[Any, ...]]]
_readers: dict[type[Node], _Reader] = {}


def _reader(node: type[Node]) -> _Reader:
    """Return a kind's attributes by name, the blank of each, and what reads all of them."""
    compared = attributes(node)
    found = sorted(
        (field for field in shape(node) if field.name in compared), key=lambda field: field.name
    )
    names = tuple(field.name for field in found)
    blanks = tuple(field.blank for field in found)
    match names:
        case ():
            return names, blanks, lambda _: ()
        case (only,):
            get = attrgetter(only)
            return names, blanks, lambda node: (get(node),)
    return names, blanks, attrgetter(*names)


def _roots(catalog: Catalog) -> Callable[[Id], Id]:
    """Return what leads from an address to that of its outermost parent."""
    known: dict[Id, Id] = {}
    nodes = catalog.nodes

    def root(id: Id) -> Id:
        way = []
        while (found := known.get(id)) is None:
            way.append(id)
            node = nodes.get(id)
            if node is None or node.parent is None:
                found = id
                break
            id = node.parent
        for each in way:
            known[each] = found
        return found

    return root


def _joined(hashes: Any) -> bytes:
    digest = blake2b(digest_size=_BYTES)
    for each in sorted(hashes):
        digest.update(each)
    return digest.digest()


def _text(digest: bytes) -> str:
    return f"{FORMULA}:{digest.hex()}"
