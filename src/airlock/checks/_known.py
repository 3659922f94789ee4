"""Facts that settle a question about a table, see `rule.Fact`."""

from __future__ import annotations

from airlock.checks.rule import Fact, Knows
from airlock.checks.syntax import Name


def known(knows: Knows, name: Name, more: str = "") -> tuple[Fact, Fact]:
    """Return what says so of one relation, and of all of its schema."""
    return Fact(knows, name, more), Fact(knows, Name(name.schema, ""), more)
