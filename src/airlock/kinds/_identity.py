"""Identity columns: how one is declared, and how its sequence changes."""

from __future__ import annotations

from collections.abc import Iterator

from airlock.kinds._column import Column, quick
from airlock.model.names import literal, quote
from airlock.model.step import Lock, Step, Verb

_IDENTITY = {"a": "always", "d": "by default"}


def identity(column: Column) -> str:
    inside = " ".join(o for o in column.sequence if not o.startswith("as "))
    options = f" ({inside})" if inside else ""
    return f"generated {_IDENTITY[column.identity]} as identity{options}"


def identity_change(old: Column, new: Column, column: str) -> Iterator[Step]:
    if not new.identity:
        yield quick(new, f"{column} drop identity")
        return
    if not old.identity:
        yield quick(new, f"{column} add {identity(new)}")
        yield _go_on(new)
        return
    if old.identity != new.identity:
        yield quick(new, f"{column} set generated {_IDENTITY[new.identity]}")
    before = set(old.sequence)
    options = [
        option
        for option in new.sequence
        if option not in before and not option.startswith(("as ", "sequence name "))
    ]
    if options:
        # At once, since each bound is held against the others. A sequence whose bounds move away
        # from all of the old ones starts again, since where it is lies outside.
        sets = " ".join(f"set {option}" for option in options)
        low, high = _bounds(new)
        was_low, was_high = _bounds(old)
        if low > was_high or high < was_low:
            sets += f" restart with {_number(new, 'start with ')}"
        yield quick(new, f"{column} {sets}")
    names = [
        next((o for o in each.sequence if o.startswith("sequence name ")), "")
        for each in (old, new)
    ]
    if names[0] != names[1]:
        source, target = (name.removeprefix("sequence name ") for name in names)
        yield quick(new, f"alter sequence {source} rename to {target.rpartition('.')[2]}")


def _go_on(column: Column) -> Step:
    """Let a new identity go on after the greatest value that is there."""
    assert column.parent is not None
    name = quote(column.id.path[-1])
    sequence = next(o for o in column.sequence if o.startswith("sequence name "))
    regclass = literal(sequence.removeprefix("sequence name "))
    return Step(
        sql=f"do $go_on$ begin perform pg_catalog.setval({regclass}, max({name}))"
        f" from {quote(*column.parent.path)} having max({name}) is not null; end $go_on$",
        verb=Verb.ALTER,
        target=column.id,
        lock=Lock.ACCESS_SHARE,
        on=(column.parent,),
        scans=True,
    )


def _bounds(column: Column) -> tuple[int, int]:
    return _number(column, "minvalue "), _number(column, "maxvalue ")


def _number(column: Column, option: str) -> int:
    return int(next(o for o in column.sequence if o.startswith(option)).removeprefix(option))
