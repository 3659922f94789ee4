"""The BEGINs and COMMITs of a file, and what is wrong with each."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from airlock.checks.act import Act, File
from airlock.checks.syntax import enum


class Flaw(Enum):
    """What is wrong with a BEGIN or COMMIT."""

    NESTED = "nested"
    """A BEGIN in a transaction."""
    LONELY = "lonely"
    """A COMMIT or ROLLBACK outside of one."""
    OPEN = "open"
    """A BEGIN that nothing closes."""


_BEGINS = frozenset({"TRANS_STMT_BEGIN", "TRANS_STMT_START"})
_ENDS = frozenset({"TRANS_STMT_COMMIT", "TRANS_STMT_ROLLBACK", "TRANS_STMT_PREPARE"})


def controls(file: File) -> Iterator[tuple[Act, Flaw | None]]:
    """Yield the statements of a file that open or close a transaction, and their flaws."""
    opened: Act | None = None
    for act in file.acts:
        if act.statement is None or act.kind != "transaction_stmt":
            continue
        kind = enum(act.node, "kind")
        if kind in _BEGINS:
            if opened is not None:
                yield act, Flaw.NESTED
            else:
                opened = act
        elif kind in _ENDS:
            if opened is not None:
                yield opened, None
                yield act, None
            else:
                yield act, Flaw.LONELY
            opened = None
    if opened is not None:
        yield opened, Flaw.OPEN
