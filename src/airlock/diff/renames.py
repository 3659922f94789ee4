"""Renames: found where only one object can have become another, and never guessed.

A drop and a creation lose the rows that a rename keeps. But two objects of one shape can also be
two things; so a match is only a candidate, and somebody has to say that it is a rename: a hint in
the SQL, an option, or an answer.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from airlock.model.catalog import Catalog
from airlock.model.node import Id, Node, attributes


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Rename:
    """One object under two names, in the same schema or table."""

    old: Id
    new: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """`-- airlock: renamed from x` on a line of SQL, or on the line above it."""

    name: str
    """The old name."""
    line: str
    """The line that it is about."""


_HINT = re.compile(r"--\s*airlock:\s*renamed\s+from\s+(\"(?:[^\"]|\"\")+\"|\S+)")
_Shape = tuple[object, ...]


def candidates(old: Catalog, new: Catalog, kinds: Collection[str]) -> tuple[Rename, ...]:
    """Return the pairs of removed and added objects that match one to one.

    Two match when they are of one kind, in one schema or table, and all that is compared of them
    and of their numbered parts is equal. `kinds` are those that can be renamed.
    """
    gone = _by_shape(old, new, kinds)
    came = _by_shape(new, old, kinds)
    return tuple(
        sorted(
            Rename(old=gone[shape][0], new=came[shape][0])
            for shape in gone.keys() & came.keys()
            if len(gone[shape]) == len(came[shape]) == 1
        )
    )


def hints(text: str) -> tuple[Hint, ...]:
    """Return the hints of a SQL text; one on a line of its own is about the next line."""
    lines = text.splitlines()
    found: list[Hint] = []
    for number, line in enumerate(lines):
        match = _HINT.search(line)
        if match is None:
            continue
        before = line[: match.start()]
        about = before if before.strip() else "".join(lines[number + 1 : number + 2])
        found.append(Hint(name=_bare(match[1]), line=about))
    return tuple(found)


def confirmed(found: Iterable[Rename], given: Collection[Hint]) -> tuple[Rename, ...]:
    """Return the candidates that a hint confirms: the old name in it, the new one on its line."""
    return tuple(
        rename
        for rename in found
        if any(
            hint.name in {rename.old.path[-1], ".".join(rename.old.path)}
            and re.search(rf"\b{re.escape(rename.new.path[-1])}\b", hint.line)
            for hint in given
        )
    )


def _by_shape(catalog: Catalog, other: Catalog, kinds: Collection[str]) -> dict[_Shape, list[Id]]:
    """Group what only `catalog` holds by what must be equal in a rename."""
    found: dict[_Shape, list[Id]] = defaultdict(list)
    for id in catalog.nodes.keys() - other.nodes.keys():
        node = catalog.nodes[id]
        parent = node.parent
        # Where the table itself has come or gone, its columns have no say.
        if id.kind in kinds and (parent is None or parent in other):
            found[id.kind, id.path[:-1], _values(node), _parts(catalog, id)].append(id)
    return found


def _values(node: Node) -> _Shape:
    return tuple(getattr(node, name) for name in attributes(type(node)))


def _parts(catalog: Catalog, id: Id) -> _Shape:
    """Return the names and values of an object's numbered parts, such as a table's columns."""
    parts = (catalog.nodes[child] for child in catalog.children.get(id, ()))
    return tuple(
        sorted(
            (part.id.path[-1], repr(_values(part))) for part in parts if hasattr(part, "position")
        )
    )


def _bare(name: str) -> str:
    if name.startswith('"'):
        return name[1:-1].replace('""', '"')
    return name.rstrip(",;").lower()
