"""What rules about queries share."""

from __future__ import annotations

from airlock.checks.syntax import kind_of
from airlock.sources.sqltext import Node


def number(value: Node) -> int | None:
    """Return a whole number that is written out; else None."""
    if kind_of(value) == "a_const" and value.a_const.WhichOneof("val") == "ival":
        return int(value.a_const.ival.ival)
    return None
