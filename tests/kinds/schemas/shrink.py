"""Make a failing pair of schemas small: take away what the failure does not need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from schemas.pairs import Pair
from schemas.thing import Ref, Schema, Thing, Type, standing

Fails = Callable[[Pair], bool]


def shrunk(pair: Pair, fails: Fails) -> Pair:
    """Return a pair that fails in the same way and of which no part can be spared."""
    before = None
    while pair != before:
        before = pair
        pair = _without_things(pair, fails)
        for simpler in (_undone, _plainer, _named):
            pair = _tried(pair, fails, simpler)
    return pair


def _without_things(pair: Pair, fails: Fails) -> Pair:
    """Take things away from both sides, many at a time, then fewer."""
    size = max(1, len(_keys(pair)) // 2)
    while True:
        for chunk in _chunks(_keys(pair), size):
            smaller = Pair(*(_without(side, chunk) for side in pair))
            if smaller != pair and fails(smaller):
                pair = smaller
        if size == 1:
            return pair
        size //= 2


def _keys(pair: Pair) -> list[int]:
    return sorted({thing.key for side in pair for thing in side}, reverse=True)


def _chunks(keys: list[int], size: int) -> Iterator[set[int]]:
    for start in range(0, len(keys), size):
        yield set(keys[start : start + size])


def _without(side: Schema, keys: set[int]) -> Schema:
    return standing([thing for thing in side if thing.key not in keys])


def _tried(pair: Pair, fails: Fails, simpler: Callable[[Pair, int], Iterator[Pair]]) -> Pair:
    for key in _keys(pair):
        for candidate in simpler(pair, key):
            if candidate != pair and fails(candidate):
                pair = candidate
    return pair


def _undone(pair: Pair, key: int) -> Iterator[Pair]:
    """Let a thing be on the new side what it is on the old."""
    old, new = _find(pair.old, key), _find(pair.new, key)
    if old is not None and new is not None and old != new:
        yield Pair(pair.old, _with(pair.new, old))
        for name in old.values:
            if old[name] != new[name]:
                yield Pair(pair.old, _with(pair.new, new.having(**{name: old[name]})))


def _plainer(pair: Pair, key: int) -> Iterator[Pair]:
    """Give a value of a thing its plainest form, on both sides where it is the same on both."""
    names = {name for side in pair if (t := _find(side, key)) for name in t.values}
    for name in sorted(names):
        found = [t[name] for side in pair if (t := _find(side, key))]
        for plain in _plain(found[0]):
            changes = {name: plain}
            if len(set(map(repr, found))) == 1:
                yield Pair(*(_having(side, key, changes) for side in pair))
            else:
                yield Pair(_having(pair.old, key, changes), pair.new)


def _plain(value: Any) -> Iterator[Any]:
    match value:
        case Ref():
            yield None
        case Type():
            yield from (Type("integer"), Type("text"))
        case tuple():
            yield ()
            for at in range(len(value)):
                yield (*value[:at], *value[at + 1 :])
        case bool():
            yield False
        case int():
            yield from (None, 0)
        case str():
            yield from (None, "")


def _named(pair: Pair, key: int) -> Iterator[Pair]:
    """Give a thing a simple name."""
    sort = next(t.sort for side in pair if (t := _find(side, key)))
    name = f"{sort.replace(' ', '_')}_{key}"
    yield Pair(*(_renamed(side, key, name) for side in pair))


def _renamed(side: Schema, key: int, name: str) -> Schema:
    return tuple(replace(t, name=name) if t.key == key else t for t in side)


def _having(side: Schema, key: int, changes: dict[str, Any]) -> Schema:
    return tuple(t.having(**changes) if t.key == key else t for t in side)


def _find(side: Schema, key: int) -> Thing | None:
    return next((thing for thing in side if thing.key == key), None)


def _with(side: Schema, thing: Thing) -> Schema:
    return tuple(thing if each.key == thing.key else each for each in side)
