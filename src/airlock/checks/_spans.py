"""Where in a file a call ends, for edits around it."""

from __future__ import annotations

from airlock.checks.act import Act
from airlock.sources.lexing import Token, tokens


def call_span(act: Act, location: int) -> tuple[int, int]:
    """Return where in the file a call that is at a `location` starts and ends."""
    start, depth = act.offset(location), 0
    for kind, begin, end in tokens(act.file.text, start):
        if kind is not Token.MARK:
            continue
        mark = act.file.text[begin:end]
        depth += (mark == "(") - (mark == ")")
        if depth == 0 and mark == ")":
            return start, end
    return start, start
