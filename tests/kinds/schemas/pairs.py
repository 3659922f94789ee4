"""Draw a schema, and a second one that a few edits make of it; render both to SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from random import Random
from typing import NamedTuple

from schemas import access, code, tables, types
from schemas.pen import Pen, Unfit
from schemas.thing import Schema, Sort, Thing, standing
from schemas.world import World

SORTS: Mapping[str, Sort] = {
    sort.name: sort for module in (types, tables, code, access) for sort in module.SORTS
}
_FIRST = ("role", "schema", "table", "table", "column", "column")
"""Without these hardly anything has something to hang on."""
_TRIES = 60


class Pair(NamedTuple):
    """Two schemas, most of whose things are the same."""

    old: Schema
    new: Schema


def render(schema: Schema, major: int = 18) -> str:
    """Return the SQL that makes a schema."""
    world = World(standing(schema), major)
    texts = (SORTS[thing.sort].sql(world, thing) for thing in world.schema)
    return "".join(f"{text};\n" for text in texts if text)


def draw_pair(random: Random, *, size: int = 30, edits: int = 8, major: int = 18) -> Pair:
    """Draw a schema of about that many things, and edit it."""
    old: Schema = ()
    for name in _FIRST:
        old = _added(random, old, major, SORTS[name])
    while len(old) < size:
        old = _added(random, old, major)
    new = old
    for _ in range(random.randint(1, edits)):
        new = _edited(random, new, major, old)
    return Pair(old, new)


def _pen(random: Random, schema: Schema, before: Schema, major: int) -> Pen:
    taken = frozenset(thing.name for thing in (*schema, *before))
    return Pen(random=random, schema=standing(schema), taken=taken, major=major)


def _added(
    random: Random, schema: Schema, major: int, sort: Sort | None = None, other: Schema = ()
) -> Schema:
    """Add a thing that fits what is there."""
    names = list(SORTS)
    weights = [SORTS[name].weight for name in names]
    key = 1 + max((thing.key for thing in (*schema, *other)), default=0)
    for _ in range(_TRIES):
        chosen = sort or SORTS[random.choices(names, weights)[0]]
        pen = _pen(random, schema, other, major)
        try:
            values = pen.draw(chosen.fields)
        except Unfit:
            continue
        thing = Thing(sort=chosen.name, key=key, name=pen.name(), values=values)
        return (*schema, thing)
    return schema


def _edited(random: Random, schema: Schema, major: int, old: Schema) -> Schema:
    """Make one edit: add, remove, change a value, rename, swap two names."""
    if len(schema) < 2:
        return _added(random, schema, major, other=old)
    at = random.randrange(len(schema))
    match random.choices(("add", "remove", "change", "rename", "swap"), (4, 3, 9, 1, 1))[0]:
        case "add":
            return _added(random, schema, major, other=old)
        case "remove":
            return standing((*schema[:at], *schema[at + 1 :]))
        case "change":
            return _changed(random, schema, major, at)
        case "rename":
            name = _pen(random, schema, old, major).name()
            return _with(schema, replace(schema[at], name=name))
        case _:
            other = schema[random.randrange(len(schema))]
            names = {schema[at].key: other.name, other.key: schema[at].name}
            return tuple(replace(t, name=names.get(t.key, t.name)) for t in schema)


def _changed(random: Random, schema: Schema, major: int, at: int) -> Schema:
    """Draw one value of a thing anew; what it names has to stand before it."""
    thing = schema[at]
    if not thing.values:
        return schema
    name = random.choice(list(thing.values))
    pen = _pen(random, schema[:at], (), major)
    pen.drawn, pen.before = dict(thing.values), thing[name]
    for _ in range(5):
        try:
            value = SORTS[thing.sort].fields[name](pen)
        except Unfit:
            return schema
        if value != thing[name]:
            return _with(schema, thing.having(**{name: value}))
    return schema


def _with(schema: Iterable[Thing], thing: Thing) -> Schema:
    return tuple(thing if each.key == thing.key else each for each in schema)
