"""Turn the server's refusal of a statement into a failure that points into the file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from airlock.errors import Location
from airlock.model.failure import HIDDEN, About, Failure
from airlock.model.names import literal
from airlock.model.script import Piece, PieceKind, Running, Statement
from airlock.server.known import described
from airlock.server.redact import Said, means

if TYPE_CHECKING:
    from airlock.model.script import Script
    from airlock.server.sending import Problem

_WORD = re.compile(r'"(?:[^"]|"")*"|\w+|\S')
_QUOTED = re.compile(r'"((?:[^"]|"")+)"')
_VALUE = re.compile(r'"(.*)"', re.DOTALL)
"""From the first to the last quote: a value's own quotes stand in a message as they are."""
_DOLLAR = re.compile(r"\$(?:[^\x00-@\[-\^`{-\x7f][^\x00-/:-@\[-\^`{-\x7f]*)?\$")
_DATA_EXCEPTION = "22"
"""The class of errors whose messages quote the value that is wrong."""
_UNKNOWN_NAMES = frozenset({"3F000", "42601", "42703", "42704", "42883", "42P01"})
"""What is not there; a value that is cast to a name, or run as a statement, is named as well."""
_BARE = r'(?<=function )[^("]+|(?<=procedure )[^("]+|(?<=column )[^"]+?(?= does not exist)'
_NAMES = re.compile(rf'"[^"]+"|{_BARE}')
_ALL_NAMES = re.compile(rf'".*"|{_BARE}', re.DOTALL)
_RAISE = re.compile(
    r"\braise\s+(?:(?:debug|log|info|notice|warning|exception)\s+)?'((?:[^']|'')*)'", re.IGNORECASE
)
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
    about: About | None = None,
) -> Failure:
    """Return what the server said about `statement`, with the place in the file it is about.

    `may_quote_rows` is true only for the embedded server: DETAIL and CONTEXT can hold values.
    `remaining` counts the file's statements that are committed; None says that the file was one
    transaction. `leftover` is one more sentence about what remains. `about` is what there is to
    know where the database is protected: then nothing else of what the server said is in it.
    """
    told = problem.error
    start, length = _place(told, script, statement, about)
    if about is not None:
        message, hint = _rebuilt(told, about, script, start), None
    else:
        message = _message(told, statement, may_quote_rows=may_quote_rows)
        hint = _hint(told, statement, may_quote_rows=may_quote_rows)
    shown = may_quote_rows and about is None
    return Failure(
        path=script.path,
        text=script.text,
        statement=statement,
        index=script.statements.index(statement) + 1,
        where=location(script, start),
        length=length,
        sqlstate=told.sqlstate,
        message=("at COMMIT: " if problem.at_commit else "") + message,
        detail=told.detail if shown else None,
        hint=hint,
        context=told.context if shown else None,
        undone=f"{_undone(remaining)} {leftover}".rstrip(),
        remaining=remaining or 0,
        about=about,
    )


def _rebuilt(told: Said, about: About, script: Script, start: int) -> str:
    """Return a message in Airlock's own words, with names that are known and the file's own text.

    Of RAISE the format is shown, as it stands at the place that the line number leads to.
    """
    shown = described(about)
    message = means(told) + (f": {shown}" if shown else "")
    line = script.text[start:].partition("\n")[0]
    if told.raised and told.block_line and (found := _RAISE.match(line)):
        text = re.sub("%(%?)", lambda each: each[1] or HIDDEN, found[1].replace("''", "'"))
        message += f', with the text "{text}"' if text.strip(HIDDEN + " ") else ""
    return message


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


def _message(told: Said, statement: Statement, *, may_quote_rows: bool) -> str:
    """Return the server's message; a value that does not stand in the statement is left out."""
    primary = told.message or "the server closed the connection"
    if may_quote_rows:
        return primary
    context = told.context or ""
    if told.raised:
        return _as_written(primary, statement) or _OWN_WORDS
    if told.sqlstate in _UNKNOWN_NAMES and (not context or _DYNAMIC.search(context)):
        names = " ".join((_ALL_NAMES if context else _NAMES).findall(primary))
        known = _words(names) <= _words(statement.text)
        return primary if known else _ALL_NAMES.sub(f'"{HIDDEN}"', primary)
    if not told.sqlstate.startswith(_DATA_EXCEPTION):
        return primary
    return _VALUE.sub(
        lambda found: found[0] if literal(found[1]).strip() in statement.text else f'"{HIDDEN}"',
        primary,
    )


def _hint(told: Said, statement: Statement, *, may_quote_rows: bool) -> str | None:
    """Return the server's hint, unless the project's code made it of what may be rows."""
    hint = told.hint
    return _as_written(hint, statement) if hint and not may_quote_rows and told.raised else hint


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _as_written(said: str, statement: Statement) -> str | None:
    """Return the string of a statement that a message was made of, its values left out."""
    for text in _STRING.findall(statement.text):
        pattern = re.escape(text.replace("''", "'").replace("%%", "\0")).replace("%", "(?:.*)")
        if re.fullmatch(pattern.replace("\0", "%"), said, re.DOTALL) and text.strip("% "):
            return re.sub("%(%?)", lambda found: found[1] or HIDDEN, text.replace("''", "'"))
    return None


def _place(
    told: Said, script: Script, statement: Statement, about: About | None
) -> tuple[int, int]:
    """Return the offset in the file and the length that the refusal is about."""
    body = statement.text
    begin = statement.span.char_start
    if told.position:
        offset = min(told.position - 1, max(len(body) - 1, 0))
        word = _WORD.match(body, offset)
        return begin + offset, len(word[0]) if word else 1
    if told.block_line:
        opening = _DOLLAR.search(body)
        found = _line(script.text, begin + opening.end(), told.block_line) if opening else None
        if found and found[0] < statement.span.char_end:
            return found
    if statement.copy_data and told.copy_line:
        found = _line(script.text, _rows_start(script, statement), told.copy_line)
        if found:
            return found
    names = _QUOTED.findall(told.message or "")
    if about is not None:
        named = (about.constraint, about.column, *about.names, about.table)
        names = [name for name in named if name]
    for name in names:
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
