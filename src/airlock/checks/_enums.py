"""Which enums a file makes itself, so that nobody holds their values yet."""

from __future__ import annotations

from airlock.checks.act import Act
from airlock.checks.syntax import Name, qualified


def is_new_enum(act: Act, name: Name) -> bool:
    """Whether the file has made the enum before this act."""
    return any(
        earlier.kind == "create_enum_stmt" and qualified(earlier.node.type_name) == name
        for earlier in act.before
        if earlier.runs
    )
