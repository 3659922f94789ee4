"""Turn the server's refusal of a statement into a failure that points into the file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from airlock.errors import Location
from airlock.model.failure import HIDDEN, Failure
from airlock.model.names import literal
from airlock.model.script import Piece, PieceKind, Running, Statement

if TYPE_CHECKING:
    import psycopg

    from airlock.model.script import Script
    from airlock.server.sending import Problem

_WORD = re.compile(r'"(?:[^"]|"")*"|\w+|\S')
_QUOTED = re.compile(r'"((?:[^"]|"")+)"')
_VALUE = re.compile(r'"(.*)"', re.DOTALL)
"""From the first to the last quote: a value's own quotes stand in a message as they are."""
_BLOCK_LINE = re.compile(r"inline_code_block line (\d+)")
_COPY_LINE = re.compile(r"^COPY .*, line (\d+)", re.MULTILINE)
_DOLLAR = re.compile(r"\$(?:[^\x00-@\[-\^`{-\x7f][^\x00-/:-@\[-\^`{-\x7f]*)?\$")
_DATA_EXCEPTION = "22"
"""The class of errors whose messages quote the value that is wrong."""
_UNKNOWN_NAMES = frozenset({"3F000", "42601", "42703", "42704", "42883", "42P01"})
"""What is not there; a value that is cast to a name, or run as a statement, is named as well."""
_BARE = r'(?<=function )[^("]+|(?<=procedure )[^("]+|(?<=column )[^"]+?(?= does not exist)'
_NAMES = re.compile(rf'"[^"]+"|{_BARE}')
_ALL_NAMES = re.compile(rf'".*"|{_BARE}', re.DOTALL)
_RAISED = re.compile(r"\bat (?:RAISE|ASSERT)$", re.MULTILINE)
_DYNAMIC = re.compile(
    r"\bat (?:EXECUTE|FOR over EXECUTE statement|RETURN QUERY|OPEN)$", re.MULTILINE
)
_STRING = re.compile(r"'((?:[^']|'')*)'")
_OWN_WORDS = "an exception that the project's code raises; its text can hold values of rows"


def refusal(
    problem: Problem,
    statement: Statement,
    *,
    script: Script,
    may_quote_rows: bool,
    remaining: int | None,
    leftover: str = "",
) -> Failure:
    """Return what the server said about `statement`, with the place in the file it is about.

    `may_quote_rows` is true only for the embedded server: DETAIL and CONTEXT can hold values.
    `remaining` counts the file's statements that are committed; None says that the file was one
    transaction. `leftover` is one more sentence about what remains.
    """
    error, diagnosis = problem.error, problem.error.diag
    start, length = _place(error, script, statement)
    return Failure(
        path=script.path,
        text=script.text,
        statement=statement,
        index=script.statements.index(statement) + 1,
        where=location(script, start),
        length=length,
        sqlstate=error.sqlstate or "",
        message=("at COMMIT: " if problem.at_commit else "")
        + _message(error, statement, may_quote_rows=may_quote_rows),
        detail=diagnosis.message_detail if may_quote_rows else None,
        hint=_hint(error, statement, may_quote_rows=may_quote_rows),
        context=diagnosis.context if may_quote_rows else None,
        undone=f"{_undone(remaining)} {leftover}".rstrip(),
        remaining=remaining or 0,
    )


def meta_command(script: Script, piece: Piece) -> Failure:
    """Return the failure of a file that holds a psql meta-command; nothing of it ran."""
    text = piece.text.rstrip()
    return Failure(
        path=script.path,
        text=script.text,
        statement=Statement(text=text, span=piece.span, running=Running.ALONE, tag=""),
        index=1 + sum(s.span.char_start < piece.span.char_start for s in script.statements),
        where=location(script, piece.span.char_start),
        length=len(text),
        sqlstate="42601",
        message=f"{text.split()[0]} is a command of psql; the server does not know it",
        hint="Take the line out, or write what it does as SQL.",
        undone="Nothing of the file ran.",
    )


def location(script: Script, character: int) -> Location:
    """Return the line and column of a character offset."""
    line = script.text.count("\n", 0, character) + 1
    column = character - (script.text.rfind("\n", 0, character) + 1) + 1
    return Location(path=script.path, line=line, column=column)


def _message(error: psycopg.Error, statement: Statement, *, may_quote_rows: bool) -> str:
    """Return the server's message; a value that does not stand in the statement is left out."""
    primary = error.diag.message_primary or "the server closed the connection"
    if may_quote_rows:
        return primary
    context = error.diag.context or ""
    if _is_raised(error):
        return _as_written(primary, statement) or _OWN_WORDS
    if error.sqlstate in _UNKNOWN_NAMES and (not context or _DYNAMIC.search(context)):
        names = " ".join((_ALL_NAMES if context else _NAMES).findall(primary))
        known = _words(names) <= _words(statement.text)
        return primary if known else _ALL_NAMES.sub(f'"{HIDDEN}"', primary)
    if not (error.sqlstate or "").startswith(_DATA_EXCEPTION):
        return primary
    return _VALUE.sub(
        lambda found: found[0] if literal(found[1]).strip() in statement.text else f'"{HIDDEN}"',
        primary,
    )


def _hint(error: psycopg.Error, statement: Statement, *, may_quote_rows: bool) -> str | None:
    """Return the server's hint, unless the project's code made it of what may be rows."""
    hint = error.diag.message_hint
    return (
        _as_written(hint, statement) if hint and not may_quote_rows and _is_raised(error) else hint
    )


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _is_raised(error: psycopg.Error) -> bool:
    """Whether RAISE or ASSERT made the message."""
    innermost = (error.diag.context or "").partition("\n")[0]
    return error.sqlstate in {"P0001", "P0004"} or _RAISED.search(innermost) is not None


def _as_written(said: str, statement: Statement) -> str | None:
    """Return the string of a statement that a message was made of, its values left out."""
    for text in _STRING.findall(statement.text):
        pattern = re.escape(text.replace("''", "'").replace("%%", "\0")).replace("%", "(?:.*)")
        if re.fullmatch(pattern.replace("\0", "%"), said, re.DOTALL) and text.strip("% "):
            return re.sub("%(%?)", lambda found: found[1] or HIDDEN, text.replace("''", "'"))
    return None


def _place(error: psycopg.Error, script: Script, statement: Statement) -> tuple[int, int]:
    """Return the offset in the file and the length that the refusal is about."""
    body = statement.text
    begin = statement.span.char_start
    context = error.diag.context or ""
    position = error.diag.statement_position
    if position and position.isdigit():
        offset = min(int(position) - 1, max(len(body) - 1, 0))
        word = _WORD.match(body, offset)
        return begin + offset, len(word[0]) if word else 1
    if line := _BLOCK_LINE.search(context):
        opening = _DOLLAR.search(body)
        found = _line(script.text, begin + opening.end(), int(line[1])) if opening else None
        if found:
            return found
    if statement.copy_data and (line := _COPY_LINE.search(context)):
        found = _line(script.text, _rows_start(script, statement), int(line[1]))
        if found:
            return found
    for name in _QUOTED.findall(error.diag.message_primary or ""):
        bare = name.rsplit(".", 1)[-1]
        if match := re.search(rf"(?<!\w){re.escape(bare)}(?!\w)", body, re.IGNORECASE):
            return begin + match.start(), len(bare)
    return begin, len(body.split("\n", 1)[0].rstrip()) or 1


def _rows_start(script: Script, statement: Statement) -> int:
    """Return where the rows of a COPY start."""
    return next(
        piece.span.char_start
        for piece in script.pieces
        if piece.kind is PieceKind.COPY_DATA and piece.span.char_start >= statement.span.char_end
    )


def _line(text: str, offset: int, number: int) -> tuple[int, int] | None:
    """Return offset and length of the text on the `number`th line from an offset on."""
    for _ in range(number - 1):
        offset = text.find("\n", offset) + 1
        if offset == 0:
            return None
    line = text[offset:].split("\n", 1)[0]
    indent = len(line) - len(line.lstrip())
    return offset + indent, len(line.strip()) or 1


def _undone(remaining: int | None) -> str:
    """Say what was rolled back and what was not."""
    match remaining:
        case None:
            return "The file ran in one transaction, which was rolled back: nothing of it remains."
        case 0:
            return "Nothing of the file remains."
        case 1:
            return "Statement 1 of the file is committed and remains; nothing after it does."
        case _:
            return (
                f"Statements 1 to {remaining} of the file are committed and remain; "
                "nothing after them does."
            )
