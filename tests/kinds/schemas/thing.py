"""A thing in a random schema, and a schema that looks after what needs what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple


class Ref(NamedTuple):
    """A thing by its number."""

    key: int


class Type(NamedTuple):
    """A column's type: one of Postgres's own by its name, or a thing."""

    base: str | Ref
    array: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One statement or two in the making."""

    sort: str
    key: int
    name: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def having(self, **values: Any) -> Thing:
        return replace(self, values={**self.values, **values})


Schema = tuple[Thing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """A sort of things: how each of its values is drawn, and its SQL.

    `sql` leaves out what does not fit what the thing hangs on, such as a collation of a number,
    and returns nothing where it does not fit at all.
    """

    name: str
    fields: Mapping[str, Callable[[Any], Any]]
    sql: Callable[[Any, Thing], str | None]
    weight: int = 1
    since: int = 14


def refs(value: object) -> Iterator[Ref]:
    """Yield all that a value names."""
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from refs(part)


def standing(things: Sequence[Thing]) -> Schema:
    """Leave out what needs a thing that is not there; what is merely listed is struck off."""
    known: set[int] = set()
    kept = []
    for thing in things:
        values = {name: _kept(value, known) for name, value in thing.values.items()}
        if any(ref.key not in known for value in values.values() for ref in refs(value)):
            continue
        known.add(thing.key)
        kept.append(replace(thing, values=values))
    return tuple(kept)


def _kept(value: Any, known: set[int]) -> Any:
    if not isinstance(value, tuple) or isinstance(value, Ref | Type):
        return value
    return tuple(part for part in value if all(ref.key in known for ref in refs(part)))
