"""Which routines a file makes itself."""

from __future__ import annotations

from airlock.checks.act import Act
from airlock.checks.syntax import Name, qualified


def is_new_routine(act: Act, name: Name) -> bool:
    """Whether the file has made a routine of that name before this act."""
    return any(
        earlier.kind == "create_function_stmt" and qualified(earlier.node.funcname) == name
        for earlier in act.before
        if earlier.runs
    )
