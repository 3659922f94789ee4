"""Turn the server's refusal of a statement into a failure that points into the file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from airlock.errors import Location
from airlock.model.failure import Failure

if TYPE_CHECKING:
    import psycopg

    from airlock.model.script import Script, Statement

_WORD = re.compile(r'"(?:[^"]|"")*"|\w+|\S')
_QUOTED = re.compile(r'"((?:[^"]|"")+)"')
_BLOCK_LINE = re.compile(r"inline_code_block line (\d+)")
_DOLLAR = re.compile(r"\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$")


def refusal(
    error: psycopg.Error,
    *,
    script: Script,
    statement: Statement,
    may_quote_rows: bool,
    remaining: int | None,
) -> Failure:
    """Return what the server said about `statement`, with the place in the file it is about.

    `may_quote_rows` is true only for the embedded server: DETAIL and CONTEXT can hold values.
    `remaining` counts the file's statements that are committed; None says that the file was one
    transaction.
    """
    diagnosis = error.diag
    start, length = _place(error, script, statement)
    return Failure(
        path=script.path,
        text=script.text,
        statement=statement,
        index=script.statements.index(statement) + 1,
        where=location(script, start),
        length=length,
        sqlstate=error.sqlstate or "",
        message=diagnosis.message_primary or "the server closed the connection",
        detail=diagnosis.message_detail if may_quote_rows else None,
        hint=diagnosis.message_hint,
        context=diagnosis.context if may_quote_rows else None,
        undone=_undone(remaining),
        remaining=remaining or 0,
    )


def location(script: Script, character: int) -> Location:
    """Return the line and column of a character offset."""
    line = script.text.count("\n", 0, character) + 1
    column = character - (script.text.rfind("\n", 0, character) + 1) + 1
    return Location(path=script.path, line=line, column=column)


def _place(error: psycopg.Error, script: Script, statement: Statement) -> tuple[int, int]:
    """Return the offset in the file and the length that the refusal is about."""
    body = statement.text
    begin = statement.span.char_start
    position = error.diag.statement_position
    if position and position.isdigit():
        offset = min(int(position) - 1, max(len(body) - 1, 0))
        word = _WORD.match(body, offset)
        return begin + offset, len(word[0]) if word else 1
    if line := _BLOCK_LINE.search(error.diag.context or ""):
        found = _line_of_block(script, statement, int(line[1]))
        if found:
            return found
    for name in _QUOTED.findall(error.diag.message_primary or ""):
        bare = name.rsplit(".", 1)[-1]
        if match := re.search(rf"(?<!\w){re.escape(bare)}(?!\w)", body, re.IGNORECASE):
            return begin + match.start(), len(bare)
    return begin, len(body.split("\n", 1)[0].rstrip()) or 1


def _line_of_block(script: Script, statement: Statement, number: int) -> tuple[int, int] | None:
    """Return the line of a DO block's body: line 1 is the one with the opening dollar quote."""
    opening = _DOLLAR.search(statement.text)
    if opening is None:
        return None
    offset = statement.span.char_start + opening.end()
    for _ in range(number - 1):
        offset = script.text.find("\n", offset) + 1
        if offset == 0:
            return None
    text = script.text[offset:].split("\n", 1)[0]
    indent = len(text) - len(text.lstrip())
    return offset + indent, len(text.strip()) or 1


def _undone(remaining: int | None) -> str:
    """Say what was rolled back and what was not."""
    if remaining is None:
        return "The file ran in one transaction, which was rolled back: nothing of it remains."
    if remaining == 0:
        return "Nothing of the file remains."
    if remaining == 1:
        return "Statement 1 of the file is committed and remains; nothing after it does."
    return f"Statements 1 to {remaining} of the file are committed and remain; nothing after them."
