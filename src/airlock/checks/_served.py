"""Whether what a file makes can be reached through the Data API."""

from __future__ import annotations

from airlock.checks._rights import given
from airlock.checks.act import Act
from airlock.checks.syntax import Name


def is_granted(act: Act | None, name: Name) -> bool:
    """Whether a new relation is granted to people: by itself, or later in the same file."""
    if act is None:
        return False
    if act.context.expose_new_tables and name.schema == "public":
        return True
    for later in act.after:
        if later.kind != "grant_stmt":
            continue
        right = given(later.node)
        named = name in right.names or Name(name.schema, "") in right.names
        if right.grants and named and right.low and right.reaches({"select"}):
            return True
    return False
