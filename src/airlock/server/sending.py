"""Send statements, and hold on to what the server refuses.

The driver raises its errors with all that the server said, rows included. Here a refusal is a
value, so that nobody raises an error of Airlock's while one of the driver's is being handled:
it would hang on to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from airlock.model.script import Statement
from airlock.server.connect import Session

_STREAMS = re.compile(r"\b(from\s+stdin|to\s+stdout)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problem:
    """What the server refused; `statement` is None where it is one of Airlock's own."""

    error: psycopg.Error
    statement: Statement | None
    at_commit: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """SQL on its way to the server, of the file's where it has a `statement`."""

    sql: str
    parameters: Sequence[object] = ()
    statement: Statement | None = None
    commits: bool = False


def send(session: Session, statement: Statement) -> psycopg.Error | None:
    """Send a statement as it stands, with the rows of a COPY."""
    connection = session.connection
    try:
        if statement.copy_data is not None or is_stream(statement):
            with connection.cursor().copy(statement.text.encode()) as copy:
                if statement.copy_data is not None:
                    copy.write(statement.copy_data)
                else:
                    # COPY … TO STDOUT: its rows go nowhere.
                    for _ in copy:
                        pass
        else:
            connection.execute(statement.text.encode())
    except psycopg.Error as error:
        return error
    return None


def is_stream(statement: Statement) -> bool:
    """Whether rows come or go over the connection; they cannot in a pipeline."""
    return statement.tag == "COPY" and _STREAMS.search(statement.text) is not None


def send_all(session: Session, messages: Iterable[Message]) -> Problem | None:
    """Send everything at once; what follows a refusal is not run."""
    connection = session.connection
    sent: list[tuple[Message, psycopg.Cursor[Any]]] = []
    try:
        with connection.pipeline():
            for message in messages:
                cursor = connection.cursor()
                sent.append((message, cursor))
                cursor.execute(message.sql.encode(), message.parameters or None)
    except psycopg.Error as error:
        # Results come in order, and after the first refusal there are none.
        passed = sum(1 for _, cursor in sent if cursor.pgresult is not None)
        message = sent[min(passed, len(sent) - 1)][0]
        return Problem(error, message.statement, at_commit=message.commits)
    return None


def committing(then: Sequence[str] = ()) -> tuple[Message, ...]:
    """Return a COMMIT, and what is to follow it when the transaction is over."""
    return (Message("commit", commits=True), *map(Message, then))


def commit(
    session: Session, statements: Sequence[Statement], then: Sequence[str] = ()
) -> Problem | None:
    """Commit apart from the rest, so that a client that dies before it leaves nothing behind."""
    return blame(send_all(session, committing(then)), statements)


def blame(problem: Problem | None, statements: Sequence[Statement]) -> Problem | None:
    """Name the statement that a refused COMMIT is about, as far as it can be told."""
    if problem is None or not problem.at_commit:
        return problem
    return Problem(problem.error, _blamed(problem.error, statements), at_commit=True)


def _blamed(error: psycopg.Error, statements: Sequence[Statement]) -> Statement | None:
    """Return the last statement about the table that a refused COMMIT names, else the last."""
    table = error.diag.table_name
    if table:
        word = re.compile(rf"(?<!\w){re.escape(table)}(?!\w)", re.IGNORECASE)
        for statement in reversed(statements):
            if word.search(statement.text):
                return statement
    return statements[-1] if statements else None
