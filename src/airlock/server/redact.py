"""What passes of an error, when the database is one whose rows must never be seen.

Nothing of what the server says is filtered: it is dropped, and the error is made anew from what
cannot be a value of a row. That is the code, if it is one of Postgres's own; numbers that are
places in the file; and names that the catalog knows or that stand in the file. The driver's
errors hold all the rest, so they go no further than where they are caught (decision 12).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from airlock.server.sqlstates import WORDS, words

if TYPE_CHECKING:
    import psycopg

    from airlock.server.address import Address

_RAISING = frozenset({"exec_stmt_raise", "exec_stmt_assert"})
"""Functions of the server that report what PL/pgSQL raises; nobody's code can change the field."""
_RAISED = re.compile(r"\bat (?:RAISE|ASSERT)$", re.MULTILINE)
_RAISED_CODES = frozenset({"P0001", "P0004"})
_BLOCK = re.compile(r".*\binline_code_block\b\D*(\d{1,6})\b.*")
_COPY = re.compile(r"^COPY .*, line (\d{1,9})", re.MULTILINE)
_FRAME = re.compile(r"^PL/pgSQL function (?P<name>[^\n(]+)\([^\n]*\) line (?P<line>\d{1,6}) at \w")
_QUOTED = re.compile(r'"((?:[^"]|"")+)"')
_CANCELLED = "57014"
_NOT_ALLOWED = "42501"
_ABOUT_NAMES = ("3F", "42")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """Names that an error gives, which need not be names: RAISE USING TABLE can give any text."""

    schema: str | None = None
    table: str | None = None
    column: str | None = None
    constraint: str | None = None
    datatype: str | None = None
    quoted: frozenset[str] = frozenset()
    """What stands in quotes in the message, or at its end where that is about privileges."""
    frames: tuple[tuple[str, int], ...] = ()
    """Functions in which it happened, with the line, the innermost first."""


class Sealed:
    """Holds claims so that nothing that prints, copies or stores values comes by them."""

    __slots__ = ("__open",)

    def __init__(self, claims: Claims) -> None:
        def open_() -> Claims:
            return claims

        self.__open = open_

    def open(self) -> Claims:
        """Return what is inside, for a look at the catalog."""
        return self.__open()

    def __repr__(self) -> str:
        return "<sealed>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("what is sealed is not written anywhere")


NOTHING = Sealed(Claims())


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the server said when it refused something, as far as anybody may repeat it.

    The texts are None where the database is protected.
    """

    sqlstate: str
    """One of Postgres's own, of a protected database; else as it came. Empty where none came."""
    message: str | None = None
    detail: str | None = None
    hint: str | None = None
    context: str | None = None
    position: int | None = None
    """Of a character in the statement, from 1."""
    block_line: int | None = None
    """Of the body of a DO block, from 1."""
    copy_line: int | None = None
    """Of the rows of a COPY, from 1."""
    raised: bool = False
    """Whether RAISE or ASSERT made it."""
    cancelled: bool = False
    """Whether somebody asked for the statement to be cancelled."""
    protected: bool = False
    claims: Sealed = field(default=NOTHING, compare=False)


def said(error: psycopg.Error, address: Address) -> Said:
    """Return what may be repeated of one of the driver's errors; the error itself may not."""
    diagnosis = error.diag
    context, primary = diagnosis.context or "", diagnosis.message_primary or ""
    position = diagnosis.statement_position or ""
    state = error.sqlstate or ""
    claims = Claims(
        schema=diagnosis.schema_name,
        table=diagnosis.table_name,
        column=diagnosis.column_name,
        constraint=diagnosis.constraint_name,
        datatype=diagnosis.datatype_name,
        quoted=frozenset(_quoted(primary, state)),
        frames=tuple(_frames(context)),
    )
    raised = (
        diagnosis.source_function in _RAISING
        or state in _RAISED_CODES
        or _RAISED.search(context.partition("\n")[0]) is not None
    )
    protected = address.protected
    return Said(
        sqlstate=_own_code(state, raised=raised) if protected else state,
        message=None if protected else diagnosis.message_primary,
        detail=None if protected else diagnosis.message_detail,
        hint=None if protected else diagnosis.message_hint,
        context=None if protected else diagnosis.context,
        position=int(position) if position.isdigit() else None,
        block_line=_block_line(context),
        copy_line=int(found[1]) if (found := _COPY.search(context)) else None,
        raised=raised,
        cancelled=state == _CANCELLED and "user request" in primary,
        protected=protected,
        claims=Sealed(claims),
    )


def unheard(address: Address, sqlstate: str, message: str) -> Said:
    """Return a refusal of Airlock's own, before the server was asked."""
    return Said(sqlstate=sqlstate, message=message, protected=address.protected)


def _own_code(state: str, *, raised: bool) -> str:
    """Return a code that is Postgres's own; what the project's code raises has codes of its own."""
    if raised:
        return state if state in _RAISED_CODES else ""
    return state if state in WORDS else ""


def _block_line(context: str) -> int | None:
    """Return the line of a DO block: it is what all else happened in, so it comes last.

    Lines before it can hold the text of a query, and so anything.
    """
    found = _BLOCK.fullmatch(context.rpartition("\n")[2])
    return int(found[1]) if found else None


def _quoted(primary: str, state: str) -> Iterator[str]:
    """Yield what may be names in a message; those that one may not touch stand bare at its end."""
    for each in _QUOTED.findall(primary):
        yield each.replace('""', '"')
    if state == _NOT_ALLOWED and primary:
        yield primary.rsplit(maxsplit=1)[-1]


def _frames(context: str) -> list[tuple[str, int]]:
    return [
        (found["name"], int(found["line"]))
        for found in map(_FRAME.match, context.splitlines())
        if found
    ]


def in_own_words(told: Said, sql: str) -> str:
    """Return what a refusal of one of Airlock's own queries means, with the names it holds."""
    named = sorted(set(re.findall(r"\w+", sql)) & told.claims.open().quoted)
    is_about_names = told.sqlstate.startswith(_ABOUT_NAMES) and not told.raised
    about = f" ({', '.join(named)})" if named and is_about_names else ""
    state = f" (SQLSTATE {told.sqlstate})" if told.sqlstate else ""
    return f"{means(told)}{about}{state}"


def means(told: Said) -> str:
    """Return in words of Airlock's own what a refusal means, names apart."""
    return words("P0001" if told.raised and not told.sqlstate else told.sqlstate)
