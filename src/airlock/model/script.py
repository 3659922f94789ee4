"""A SQL file cut into statements, with the place of each in the file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Running(StrEnum):
    """How Postgres lets a statement run."""

    TRANSACTION = "transaction"
    """Anywhere."""
    ALONE = "alone"
    """Never inside a transaction block: CREATE INDEX CONCURRENTLY, VACUUM, ALTER SYSTEM …"""
    BOUNDARY = "boundary"
    """Anywhere, but what it makes can be used only after the commit: ALTER TYPE … ADD VALUE."""
    CONTROL = "control"
    """Opens or closes a transaction itself: BEGIN, COMMIT, ROLLBACK, PREPARE TRANSACTION …"""


class PieceKind(StrEnum):
    """What a run of bytes in a SQL file is."""

    STATEMENT = "statement"
    """SQL up to, not including, its semicolon."""
    GAP = "gap"
    """White space, comments, semicolons, a byte-order mark."""
    COPY_DATA = "copy data"
    r"""The rows after `COPY … FROM stdin;`, up to and including the line `\.`."""
    META = "psql meta-command"
    r"""A backslash command such as `\connect`: psql's own, unknown to the server."""


PSQL_GUARD = re.compile(r"\\(un)?restrict\b")
"""What pg_dump puts around its output; it means nothing to a server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A run of a file. Ends are exclusive; `line` and `column` (of the start) count from 1."""

    byte_start: int
    byte_end: int
    char_start: int
    char_end: int
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of a file and what it is; the texts of a script's pieces, joined, are the file."""

    kind: PieceKind
    text: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One SQL statement: `text` starts at its first token and has no closing semicolon."""

    text: str
    span: Span
    running: Running
    tag: str
    """The command by the grammar, upper case (`CREATE TABLE`); empty where it does not parse."""
    subject: str | None = None
    """The name that a CREATE makes, unquoted, schema-qualified with a dot where the file
    qualifies it: of an extension, role, index, schema, table, view, materialized view, foreign
    table, sequence, type, domain, function, procedure, aggregate, policy or trigger. Of an
    `ALTER TYPE … ADD VALUE`, the type. None for every other statement."""
    copy_data: str | None = None
    r"""The rows of a `COPY … FROM stdin`, without the closing `\.`: empty where none follow, None
    for every other statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A SQL file, cut. `path` is how the user names it, relative to the project's root."""

    path: str
    text: str
    pieces: tuple[Piece, ...]
    statements: tuple[Statement, ...]

    @property
    def controls_transactions(self) -> bool:
        """Whether the file holds its own BEGIN, COMMIT or the like."""
        return any(s.running is Running.CONTROL for s in self.statements)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Statements that run together: in one transaction, or one by one outside of any."""

    statements: tuple[Statement, ...]
    transactional: bool


def segments(script: Script, *, boundaries: bool = False) -> tuple[Segment, ...]:
    """Cut a script into the groups in which it runs.

    Most files are one transaction. A statement that runs alone ends the group before it. With
    `boundaries`, a group also ends after statements whose effect needs a commit. A file that
    controls its transactions itself is one group that is not transactional.
    """
    if script.controls_transactions:
        return (Segment(statements=script.statements, transactional=False),)
    groups: list[Segment] = []
    current: list[Statement] = []

    def close() -> None:
        if current:
            groups.append(Segment(statements=tuple(current), transactional=True))
            current.clear()

    for statement in script.statements:
        if statement.running is Running.ALONE:
            close()
            groups.append(Segment(statements=(statement,), transactional=False))
            continue
        follows_boundary = current and current[-1].running is Running.BOUNDARY
        if boundaries and follows_boundary and statement.running is not Running.BOUNDARY:
            close()
        current.append(statement)
    close()
    return tuple(groups) or (Segment(statements=(), transactional=True),)
