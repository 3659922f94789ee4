"""Send statements, and hold on to what the server refuses.

The driver raises its errors with all that the server said, rows included. Here a refusal is a
value that holds what may be repeated, so that nobody raises an error of Airlock's while one of
the driver's is being handled: it would hang on to it. Results are counted and never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGconn, PGresult
from psycopg.waiting import Ready, Wait

from airlock.model.script import Statement
from airlock.server.connect import Session
from airlock.server.redact import Said, said

_READABLE = frozenset({Ready.R, Ready.RW})
_ROWS_ON_THE_WAY = frozenset({ExecStatus.COPY_IN, ExecStatus.COPY_OUT, ExecStatus.COPY_BOTH})
_STREAMS = re.compile(r"\b(from\s+stdin|to\s+stdout)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problem:
    """What the server refused; `statement` is None where it is one of Airlock's own."""

    error: Said
    statement: Statement | None
    at_commit: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """SQL on its way to the server, of the file's where it has a `statement`."""

    sql: str
    parameters: Sequence[object] = ()
    statement: Statement | None = None
    commits: bool = False


def send(session: Session, statement: Statement) -> Said | None:
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
        return said(error, session.address)
    return None


def is_stream(statement: Statement) -> bool:
    """Whether rows come or go over the connection; they cannot in a pipeline."""
    return statement.tag == "COPY" and _STREAMS.search(statement.text) is not None


def nothing() -> None:
    """Do nothing while the server works."""


def send_all(
    session: Session, messages: Iterable[Message], meanwhile: Callable[[], None] = nothing
) -> Problem | None:
    """Send everything at once; what follows a refusal is not run.

    `meanwhile` is called while the server is at work. All this goes below the driver's cursors:
    those send every message by itself, and wake the server for it.
    """
    connection = session.connection
    sent = tuple(messages)
    passed: list[int] = []
    try:
        with _pipeline(connection.pgconn):
            for message in sent:
                connection.pgconn.send_query_params(*_query(message))
            connection.pgconn.pipeline_sync()
            connection.wait(_flush(connection.pgconn))
            try:
                meanwhile()
            except BaseException:
                with suppress(psycopg.Error):
                    connection.cancel_safe()
                    # One that comes before the query does is lost.
                    connection.wait(_collect(connection.pgconn, passed, connection.cancel_safe))
                raise
            connection.wait(_collect(connection.pgconn, passed))
    except psycopg.Error as error:
        # Results come in order, and after the first refusal there are none.
        message = sent[min(len(passed), len(sent) - 1)]
        told = said(error, session.address)
        return Problem(told, message.statement, at_commit=message.commits)
    return None


@contextmanager
def _pipeline(pgconn: PGconn) -> Iterator[None]:
    """Let messages go without waiting for the answers to those before.

    A connection on which answers are still to come is of no more use, so it is closed, and the
    server rolls back what is open.
    """
    pgconn.enter_pipeline_mode()
    try:
        yield
    finally:
        try:
            pgconn.exit_pipeline_mode()
        except psycopg.Error:
            pgconn.finish()


def _flush(pgconn: PGconn) -> PQGen[None]:
    """Send what is queued."""
    while pgconn.flush():
        # The server may have to get rid of answers before it reads on.
        if (yield Wait.RW) in _READABLE:
            pgconn.consume_input()


def _collect(pgconn: PGconn, passed: list[int], idle: Callable[[], None] = nothing) -> PQGen[None]:
    """Add each result's status to `passed`, to the pipeline's end; `idle` is called in between.

    Raises:
        psycopg.Error: the first refusal, when everything is read; or the connection is lost.
    """
    refused: PGresult | None = None
    while (result := (yield from _answer(pgconn, idle))).status != ExecStatus.PIPELINE_SYNC:
        if result.status in _ROWS_ON_THE_WAY:
            raise psycopg.NotSupportedError("rows cannot be copied in a pipeline")
        if result.status == ExecStatus.FATAL_ERROR:
            refused = refused or result
        elif result.status != ExecStatus.PIPELINE_ABORTED:
            passed.append(result.status)
            result.clear()
    if refused is not None:
        raise psycopg.errors.error_from_result(refused)


def _answer(pgconn: PGconn, idle: Callable[[], None]) -> PQGen[PGresult]:
    """Return the next result; None, which ends what one message gave, tells nothing here."""
    while True:
        while pgconn.is_busy():
            if not (yield Wait.R):
                idle()
            pgconn.consume_input()
        result = pgconn.get_result()
        if result is not None:
            return result
        if pgconn.status == ConnStatus.BAD:
            raise psycopg.OperationalError("the connection is lost")


def _query(message: Message) -> tuple[bytes, Sequence[bytes | None] | None]:
    """Return a message as the server takes it; only Airlock's own have parameters."""
    if not message.parameters:
        return message.sql.encode(), None
    return _numbered(message.sql), [_text(value) for value in message.parameters]


@lru_cache
def _numbered(sql: str) -> bytes:
    """Return a query with its placeholders as Postgres numbers them."""
    first, *others = sql.split("%s")
    return (first + "".join(f"${n}{part}" for n, part in enumerate(others, 1))).encode()


def _text(value: object) -> bytes | None:
    """Return a parameter in Postgres's text format, whose type its place in the query tells."""
    match value:
        case None:
            return None
        case list():
            elements = (re.sub(r'(["\\])', r"\\\1", element) for element in value)
            return ("{" + ",".join(f'"{element}"' for element in elements) + "}").encode()
        case int() | str():
            return str(value).encode()
        case _:
            raise TypeError(f"no parameter of a ledger is a {type(value).__name__}")


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


def _blamed(error: Said, statements: Sequence[Statement]) -> Statement | None:
    """Return the last statement about the table that a refused COMMIT names, else the last."""
    table = error.claims.open().table
    if table and not error.raised:
        word = re.compile(rf"(?<!\w){re.escape(table)}(?!\w)", re.IGNORECASE)
        for statement in reversed(statements):
            if word.search(statement.text):
                return statement
    return statements[-1] if statements else None
