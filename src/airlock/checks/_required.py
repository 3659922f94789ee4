"""The columns that every table of a project must have."""

from __future__ import annotations

from typing import NamedTuple

from airlock.checks.act import Act
from airlock.checks.syntax import TypeRef, type_of
from airlock.sources.sqltext import tree

OPTION = "required_columns"
_WITHOUT = ("created_at timestamptz",)
"""What is required where the project says nothing and asks for these rules all the same."""


class Required(NamedTuple):
    """A column, and its type as it is written and as the grammar knows it."""

    name: str
    written: str
    type: TypeRef | None


def required(act: Act) -> dict[str, Required]:
    """Return the columns that are required, by name."""
    found = (_read(text) for text in act.context.options.get(OPTION, _WITHOUT))
    return {each.name: each for each in found}


def _read(text: str) -> Required:
    name, _, written = text.strip().partition(" ")
    parsed = tree(f"create table t (c {written})") if written.strip() else None
    type_ = type_of(parsed.node.table_elts[0].column_def.type_name) if parsed else None
    return Required(name.strip('"'), written.strip(), type_)
