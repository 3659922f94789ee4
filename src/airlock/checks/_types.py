"""What a change of a column's type costs: nothing, every row written anew, or what was in them."""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from airlock.checks._tables import column_before
from airlock.checks.act import Act
from airlock.checks.syntax import Name, TypeRef, called, column_of, type_of
from airlock.sources.sqltext import Node, walk


class Cost(Enum):
    """What a change of type does to the rows that are there."""

    NONE = "none"
    """Only the catalog changes."""
    MAYBE = "maybe"
    """The old type is not known."""
    REWRITE = "rewrite"
    """The table and its indexes are written anew."""
    CUT = "cut"
    """The same, and values lose a part without an error."""
    OTHER = "other"
    """The same, and values are another column's."""


class Change(NamedTuple):
    """A column that gets another type."""

    table: Name
    column: str
    new: TypeRef
    using: Node | None
    cost: Cost
    old: str
    """As Postgres prints it; empty where that is not known."""


class _Type(NamedTuple):
    name: str
    modifiers: tuple[int, ...]
    array: bool = False


_SPELLED = {
    "integer": "int4",
    "bigint": "int8",
    "smallint": "int2",
    "real": "float4",
    "double precision": "float8",
    "character varying": "varchar",
    "character": "bpchar",
    "boolean": "bool",
    "bit varying": "varbit",
    "timestamp without time zone": "timestamp",
    "timestamp with time zone": "timestamptz",
    "time without time zone": "time",
    "time with time zone": "timetz",
}
_PRINTED = re.compile(
    r"(?P<name>[^(\[]+?)\s*(?:\((?P<mods>[\d,-]+)\)(?P<rest>[^\[]*))?(?P<array>\[\])?"
)
_OPEN_ENDED = frozenset({"text", "varchar", "numeric"})
"""Types that hold whatever the type that they mostly replace holds."""
_SIZED = frozenset({"varchar", "varbit", "timestamp", "timestamptz", "time", "timetz", "interval"})
"""Types whose size may grow in place, up to none at all."""
_TEXTS = frozenset({"text", "varchar"})
_INTEGERS = frozenset({"int2", "int4", "int8"})
_FRACTIONS = frozenset({"numeric", "float4", "float8"})
_MOMENTS = frozenset({"timestamp", "timestamptz"})
_FREE = frozenset({("citext", "text"), ("cidr", "inet")})
_CUTTING = frozenset({"left", "substr", "substring", "trunc", "round", "date_trunc"})


def change(act: Act, table: Name, command: Node) -> Change:
    """Return what an `AT_AlterColumnType` changes."""
    given = getattr(command, "def").column_def
    using = given.raw_default if given.HasField("raw_default") else None
    new = type_of(given.type_name)
    before = column_before(act, table, command.name)
    old = before.type if before is not None else ""
    return Change(table, command.name, new, using, _cost(act, old, new, using, command.name), old)


def columns_of(expression: Node) -> tuple[str, ...]:
    """Return the columns that an expression names."""
    return tuple(column_of(node)[-1] for kind, node in walk(expression) if kind == "ColumnRef")


def _cost(act: Act, old: str, new: TypeRef, using: Node | None, column: str) -> Cost:
    named = columns_of(using) if using is not None else ()
    if named and column not in named:
        return Cost.OTHER
    target = _Type(new.name, new.modifiers, new.array)
    plain = using is None or _is_cast_of(using, column, new)
    if not old:
        if using is not None and _may_cut(using, target):
            return Cost.CUT
        free = using is None and not new.schema and target.name in _OPEN_ENDED
        return Cost.NONE if free and not target.modifiers and not target.array else Cost.MAYBE
    source = _printed(old)
    if plain and _is_free(act, source, target):
        return Cost.NONE
    cuts = _loses(source, target) or (using is not None and _may_cut(using, target))
    return Cost.CUT if cuts else Cost.REWRITE


def _printed(text: str) -> _Type:
    """Take apart a type as Postgres prints it: `numeric(10,2)[]`."""
    found = _PRINTED.fullmatch(text)
    if found is None:
        return _Type(text, ())
    name = f"{found['name']}{found['rest'] or ''}".strip()
    modifiers = tuple(int(each) for each in (found["mods"] or "").split(",") if each)
    return _Type(_SPELLED.get(name, name), modifiers, found["array"] is not None)


def _is_free(act: Act, old: _Type, new: _Type) -> bool:
    """Whether every value stays, byte for byte, so that Postgres touches no row."""
    if old == new:
        return True
    if old.array != new.array:
        return False
    if {old.name, new.name} == _MOMENTS:
        # In a session in UTC, which is what Supabase's databases start with.
        return act.context.supabase and not new.modifiers and not new.array
    if old.name != new.name:
        texts = old.name in _TEXTS and new.name in _TEXTS
        free = texts or (old.name, new.name) in _FREE
        return free and not new.modifiers and not new.array
    if new.name == "numeric" and new.modifiers:
        return _scale(old) == _scale(new) and new.modifiers >= old.modifiers
    return not new.modifiers or (new.name in _SIZED and _grows(old.modifiers, new.modifiers))


def _scale(numeric: _Type) -> int | None:
    """Return how many digits stand behind the point; None where there may be any number."""
    return numeric.modifiers[1] if len(numeric.modifiers) > 1 else 0 if numeric.modifiers else None


def _grows(old: tuple[int, ...], new: tuple[int, ...]) -> bool:
    return not new or (bool(old) and new >= old)


def _loses(old: _Type, new: _Type) -> bool:
    """Whether the cast that Postgres takes by itself rounds or cuts."""
    if old.name == new.name == "numeric":
        before, after = _scale(old), _scale(new)
        return after is not None and (before is None or before > after)
    if old.name in _FRACTIONS and new.name in _INTEGERS:
        return True
    if old.name == "float8" and new.name == "float4":
        return True
    return old.name in _MOMENTS and new.name in {"date", "time", "timetz"}


def _is_cast_of(using: Node, column: str, new: TypeRef) -> bool:
    """Whether a USING says no more than the change itself: the column, or it in the new type."""
    if using.WhichOneof("node") == "type_cast":
        given = type_of(using.type_cast.type_name)
        if (given.name, given.modifiers) != (new.name, new.modifiers):
            return False
        using = using.type_cast.arg
    if using.WhichOneof("node") != "column_ref":
        return False
    return column_of(using.column_ref)[-1:] == (column,)


def _may_cut(using: Node, new: _Type) -> bool:
    """Whether a USING shortens: by a function for that, or by a cast to a text of some length."""
    match using.WhichOneof("node"):
        case "type_cast":
            given = type_of(using.type_cast.type_name)
            sized = given.name in {"varchar", "bpchar"} and bool(given.modifiers)
            return sized or _may_cut(using.type_cast.arg, new)
        case "func_call":
            return called(using.func_call)[-1] in _CUTTING
        case _:
            return False
