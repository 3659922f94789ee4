"""What draws the values of things."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from schemas.names import fresh
from schemas.thing import Ref, Schema, Thing, Type
from schemas.world import SAMPLES, World

T = TypeVar("T")


class Unfit(Exception):
    """There is nothing yet that the thing could hang on."""


@dataclass(slots=True, kw_only=True)
class Pen:
    """Draws for one thing: `schema` is what stands before it, `drawn` its values so far."""

    random: Random
    schema: Schema
    taken: frozenset[str]
    major: int = 18
    drawn: dict[str, Any] = field(default_factory=dict)
    before: Any = None
    """What the value was, where an edit changes it."""

    @property
    def world(self) -> World:
        return World(self.schema, self.major)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def one(self, *options: T) -> T:
        return self.random.choice(options)

    def number(self, most: int = 9) -> int:
        return self.random.randint(0, most)

    def name(self) -> str:
        return fresh(self.random, self.taken)

    def all(self, *sorts: str, where: Callable[[Thing], bool] = lambda _: True) -> list[Thing]:
        return [thing for thing in self.schema if thing.sort in sorts and where(thing)]

    def pick(self, *sorts: str, where: Callable[[Thing], bool] = lambda _: True) -> Ref:
        found = self.all(*sorts, where=where)
        if not found:
            raise Unfit
        return Ref(self.random.choice(found).key)

    def maybe(self, share: float, *sorts: str, where: Callable[[Thing], bool] = lambda _: True):
        if not self.chance(share) or not self.all(*sorts, where=where):
            return None
        return self.pick(*sorts, where=where)

    def some(self, options: Sequence[T], most: int = 3) -> tuple[T, ...]:
        count = min(self.random.randint(0, most), len(options))
        return tuple(self.random.sample(list(options), count))

    def columns(self, relation: str, most: int = 3) -> tuple[Ref, ...]:
        """Draw some columns of the relation that a field of this thing names."""
        world = self.world
        found = world.columns(world[self.drawn[relation]])
        return self.some([Ref(column.key) for column in found if column.key >= 0], most)

    def type(self, *, made: float = 0.35, arrays: float = 0.1) -> Type:
        base = self.maybe(made, "enum", "domain", "composite", "range")
        return Type(base or self.random.choice(list(SAMPLES)), self.chance(arrays))

    def schema_of(self) -> Ref | None:
        return self.maybe(0.3, "schema")

    def draw(self, fields: Mapping[str, Callable[[Pen], Any]]) -> dict[str, Any]:
        """Draw all values of a new thing."""
        for name, how in fields.items():
            self.drawn[name] = how(self)
        return self.drawn


def flag(share: float = 0.3) -> Callable[[Pen], bool]:
    return lambda pen: pen.chance(share)


def one(*options: Any) -> Callable[[Pen], Any]:
    return lambda pen: pen.one(*options)


def number(most: int = 9) -> Callable[[Pen], int]:
    return lambda pen: pen.number(most)


def pick(*sorts: str, where: Callable[[Thing], bool] = lambda _: True) -> Callable[[Pen], Ref]:
    return lambda pen: pen.pick(*sorts, where=where)


def maybe(
    share: float, *sorts: str, where: Callable[[Thing], bool] = lambda _: True
) -> Callable[[Pen], Ref | None]:
    return lambda pen: pen.maybe(share, *sorts, where=where)


def schema(pen: Pen) -> Ref | None:
    return pen.schema_of()


def columns(relation: str, most: int = 3) -> Callable[[Pen], tuple[Ref, ...]]:
    return lambda pen: pen.columns(relation, most)
