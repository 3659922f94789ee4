"""Identity, and the base of everything that a catalog can hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import Enum
from operator import attrgetter
from typing import Any, NamedTuple

from airlock.model.names import spell


class Id(NamedTuple):
    """A name-based address, stable across databases: never an OID.

    `path` leads from the outermost name to the object's own: `("public", "users", "email")` for
    a column. A satellite (comment, owner, privileges, label) has its target's kind before the
    target's path.
    """

    kind: str
    path: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind} {spell(*self.path)}"


def satellite(kind: str, target: Id, *more: str) -> Id:
    """Return the address of what says something about `target`, such as its comment."""
    return Id(kind, (target.kind, *target.path, *more))


class OnChange(Enum):
    """What a change of one attribute means for the object that carries it."""

    ALTER = "alter"
    """It is altered in place, and nobody else notices."""
    RETYPE = "retype"
    """It is altered in place, but what was compiled against it (views, policies) is rebuilt."""
    REPLACE = "replace"
    """It is dropped and created anew, and so is what depends on it."""
    IGNORE = "ignore"
    """It is no difference."""


class Holds(Enum):
    """What the text of an attribute is, for whoever must not see values (`sources/redaction`)."""

    VALUE = "value"
    """A value as a whole, such as a comment: what a field is that says nothing else."""
    NAMES = "names"
    """Names, types, or words of Postgres's own: the schema itself."""
    SQL = "sql"
    """An expression or a statement: names and keywords, with values among them."""
    OPTIONS = "options"
    """`name=value`."""
    WORDS = "words"
    """A word out of a body: a name, or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """An attribute that servers before a major version do not keep, and forget where it is said."""

    since: int
    before: Any
    """What it is on every older server."""
    usual: Any
    """What it becomes on a newer one where nothing is said of it, as in the dump of an older."""


def attr(
    on_change: OnChange = OnChange.REPLACE,
    *,
    holds: Holds = Holds.VALUE,
    late: Late | None = None,
    **kwargs: Any,
) -> Any:
    """Declare a field of a node, what a change of it means, and what its text is."""
    return field(metadata={"on_change": on_change, "holds": holds, "late": late}, **kwargs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One addressable thing in a catalog: a table, a column, a policy, a comment.

    `parent` is what takes it along when it is dropped. `needs` names what `pg_depend` does not:
    roles, and what a satellite waits for. `after` is no need: where one plan makes both, the node
    comes after these.
    """

    id: Id = attr(OnChange.IGNORE)
    parent: Id | None = attr(OnChange.IGNORE, default=None)
    needs: tuple[Id, ...] = attr(OnChange.IGNORE, default=())
    after: tuple[Id, ...] = attr(OnChange.IGNORE, default=())


def attributes(node: type[Node]) -> Mapping[str, OnChange]:
    """Return the fields of a kind of node that make a difference, and what a change means."""
    if (known := _KNOWN.get(node)) is None:
        known = _KNOWN[node] = {
            f.name: how
            for f in fields(node)
            if (how := f.metadata["on_change"]) is not OnChange.IGNORE
        }
    return known


_KNOWN: dict[type[Node], Mapping[str, OnChange]] = {}


def texts(node: type[Node]) -> Mapping[str, Holds]:
    """Return what each field of a kind of node holds, those without any text among them."""
    return {f.name: f.metadata.get("holds", Holds.VALUE) for f in fields(node) if f.name != "id"}


def late_attributes(node: type[Node]) -> Mapping[str, Late]:
    """Return the fields of a kind of node that only newer servers keep."""
    if (known := _LATE.get(node)) is None:
        known = _LATE[node] = {
            f.name: late for f in fields(node) if (late := f.metadata["late"]) is not None
        }
    return known


_LATE: dict[type[Node], Mapping[str, Late]] = {}


Values = Callable[[Node], tuple[Any, ...]]
"""Returns the values of some fields of a node, in one go."""


def reader(names: Sequence[str]) -> Values:
    """Return what reads the fields of these names."""
    match names:
        case []:
            return lambda _: ()
        case [only]:
            get = attrgetter(only)
            return lambda node: (get(node),)
    return attrgetter(*names)
