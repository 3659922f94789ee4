"""A statement that Postgres refused, with everything a reader needs to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from airlock.errors import Location, MigrationFailed
from airlock.model.script import Statement

HIDDEN = "…"
"""What stands in a message in place of a value that may be a row's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a refusal is about, by names that the catalog knows or the file says."""

    schema: str | None = None
    table: str | None = None
    column: str | None = None
    constraint: str | None = None
    datatype: str | None = None
    columns: tuple[str, ...] = ()
    """Of the constraint, in its order, where the catalog knows it; of an index with expressions
    none."""
    other: tuple[str, ...] = ()
    """Schema and name of the table that a foreign key refers to, where the catalog knows it."""
    other_columns: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """What else the server named and the statement names as well."""
    routine: str | None = None
    """The function in which it happened, with its line: `public.f, line 3`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What the server said and what it left behind.

    `where` is the server's position inside the file where it gave one, else the statement's
    start. `detail` can quote rows, so it is set only for a database of the embedded server.
    Of a protected database nothing is what the server said: `message` is Airlock's own, and
    `about` is set.
    """

    path: str
    text: str
    """The whole file, for the code frame."""
    statement: Statement
    index: int
    """The statement's number in the file, from 1."""
    where: Location
    length: int
    """Characters to underline from `where`."""
    sqlstate: str
    message: str
    detail: str | None = None
    hint: str | None = None
    context: str | None = None
    undone: str = ""
    """A sentence: what was rolled back and what was not."""
    remaining: int = 0
    """Statements of the file that are committed and remain."""
    advice: str | None = None
    """The fix of a common cause, in the user's own names."""
    about: About | None = None
    """Of a protected database alone: what there is to know in place of the server's words."""


class StatementRefused(MigrationFailed):
    """Postgres refused a statement; `failure` says which, why, and what remains."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message, hint=failure.advice or failure.hint, where=failure.where)
        self.failure = failure
