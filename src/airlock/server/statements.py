"""Run a SQL file on a database: one transaction where Postgres allows it, and say what happened.

A file takes one of these roads:

- *pipelined*: the whole file, and the history row with it, is one transaction and two round
  trips. Almost every file takes it.
- *stepwise*: one transaction, one statement after the other; only so can the embedded server
  give a refused statement its second chance, and only so can rows be copied.
- *in segments*: several transactions, where a statement runs alone or needs a commit. Between
  two of them the ledger notes how far the file came, so that a later run goes on from there.
- *as written*: a file with its own BEGIN and COMMIT; every statement runs as it stands.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import psycopg

from airlock.errors import Interrupted
from airlock.model.failure import Failure, StatementRefused
from airlock.model.finding import Finding, Level
from airlock.model.migration import How
from airlock.model.names import quote
from airlock.model.script import Running, Script, Segment, Statement, segments
from airlock.server.connect import PLATFORM_ROLE, PROJECT_ROLE, DatabaseError, Session, translate
from airlock.server.ledger import Ledger, NoLedger, Query
from airlock.server.refusal import refusal
from airlock.server.rights import SECOND_CHANCES, Rights

_UNSAFE_ENUM_VALUE = "55P04"
_SYNTAX = "42601"
_CANCELED = "57014"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How a file ran."""

    how: How
    seconds: float
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Problem:
    """What the server refused, and while which statement."""

    error: psycopg.Error
    statement: Statement | None


@dataclass(slots=True)
class Runner:
    """Runs files on one session.

    A statement waits `lock_timeout_ms` for a lock, except those that run alone: CREATE INDEX
    CONCURRENTLY waits for old transactions by design, and a timeout leaves an invalid index.
    `own_roles` are the roles that the database's own history has made; `run` keeps it current.
    """

    session: Session
    lock_timeout_ms: int = 4_000
    own_roles: set[str] = field(default_factory=set)
    _rights: Rights = field(init=False)

    def __post_init__(self) -> None:
        self._rights = Rights(self.session, self.own_roles)

    def run(self, script: Script, ledger: Ledger | None = None) -> Run:
        """Run a file to its end.

        Raises:
            StatementRefused: Postgres refused a statement; what remains is in the failure.
            ConnectionFailed, ServerError: the connection is lost or the disk is full.
            Interrupted: somebody cancelled the query.
        """
        self._rights.findings.clear()
        began = time.perf_counter()
        how = self._run(script, ledger or NoLedger())
        return Run(
            how=how,
            seconds=time.perf_counter() - began,
            findings=tuple(self._rights.findings),
        )

    def _run(self, script: Script, ledger: Ledger) -> How:
        if script.controls_transactions:
            return self._as_written(script, ledger)
        groups = segments(script)
        cut = segments(script, boundaries=True)
        if len(groups) > 1 or not groups[0].transactional or ledger.resuming:
            return self._in_segments(script, cut, ledger)
        try:
            self._one_transaction(script, groups[0], ledger)
        except StatementRefused as refused:
            if refused.failure.sqlstate != _UNSAFE_ENUM_VALUE or len(cut) == 1:
                raise
        else:
            return How.TRANSACTION
        self._rights.findings.clear()
        how = self._in_segments(script, cut, ledger)
        self._report_boundary(script)
        return how

    # One transaction ---------------------------------------------------------------------

    def _one_transaction(self, script: Script, group: Segment, ledger: Ledger) -> None:
        """Run a file that is one transaction, on the quick road where it can be taken."""
        closing = ledger.closing(How.TRANSACTION, len(script.statements))
        if all(s.copy_data is None for s in group.statements):
            problem = self._pipelined(group.statements, closing)
            if problem is None:
                self._remember(script, group.statements)
                return
            self._raise_unless_refused(problem)
            self.session.connection.rollback()
            if not self._another_road(problem.error):
                raise StatementRefused(self._failure(problem, script, None))
        problem = self._stepwise(script, group.statements, closing)
        if problem is not None:
            self._raise_unless_refused(problem)
            self.session.connection.rollback()
            raise StatementRefused(self._failure(problem, script, None))

    def _another_road(self, error: psycopg.Error) -> bool:
        """Whether running statement by statement can do, or tell, more about a refusal."""
        if error.sqlstate == _SYNTAX:
            # The extended protocol says "multiple commands" where the simple one has the cause.
            return True
        return self.session.embedded and error.sqlstate in SECOND_CHANCES

    def _pipelined(
        self, statements: Iterable[Statement], closing: Sequence[Query]
    ) -> _Problem | None:
        """Send everything at once, and commit when all of it has passed."""
        connection = self.session.connection
        sent: list[tuple[Statement | None, psycopg.Cursor[tuple[object, ...]]]] = []

        def send(
            sql: str, about: Statement | None = None, parameters: Sequence[object] = ()
        ) -> None:
            cursor = connection.cursor()
            sent.append((about, cursor))
            cursor.execute(sql.encode(), parameters or None)

        try:
            with connection.pipeline():
                for sql in self._preamble():
                    send(sql)
                for statement in statements:
                    lends = self._rights.lends(statement)
                    if lends:
                        send("set session authorization " + quote(PLATFORM_ROLE))
                    send(statement.text, statement)
                    if lends:
                        send("set session authorization " + quote(PROJECT_ROLE))
                for query in closing:
                    send(query.sql, None, query.parameters)
        except psycopg.Error as error:
            passed = sum(1 for _, cursor in sent if cursor.pgresult is not None)
            return _Problem(error, sent[min(passed, len(sent) - 1)][0])
        return self._commit(statements)

    def _stepwise(
        self, script: Script, statements: Sequence[Statement], closing: Sequence[Query]
    ) -> _Problem | None:
        """Run one statement after the other, and commit."""
        for sql in self._preamble():
            self.session.execute(sql)
        for statement in statements:
            error = self._rights.attempt(script, statement)
            if error is not None:
                return _Problem(error, statement)
            self._rights.remember(script, statement)
        self._write(closing)
        return self._commit(statements)

    def _commit(self, statements: Iterable[Statement]) -> _Problem | None:
        """Commit apart from the rest, so that a deferred constraint speaks for itself."""
        try:
            self.session.connection.execute(b"commit")
        except psycopg.Error as error:
            return _Problem(error, next(reversed(tuple(statements)), None))
        return None

    def _preamble(self) -> tuple[str, ...]:
        """Forget what the file before set, and open a transaction."""
        return (*_RESET, "begin", f"set local lock_timeout = {self.lock_timeout_ms}")

    # Several transactions ----------------------------------------------------------------

    def _in_segments(self, script: Script, groups: Sequence[Segment], ledger: Ledger) -> How:
        """Run group after group, noting in the ledger how far the file came."""
        total = len(script.statements)
        self._write(ledger.opening(total))
        done = 0
        for group in groups:
            start, done = done, done + len(group.statements)
            if done <= ledger.done:
                continue
            marks = ledger.closing(How.SEGMENTS, total) if done == total else ledger.reached(done)
            if group.transactional:
                problem = self._stepwise(script, group.statements, marks)
            else:
                again = ledger.resuming and start == ledger.done
                problem = self._alone(script, group.statements[0], marks, again=again)
            if problem is not None:
                self._raise_unless_refused(problem)
                if self.session.in_transaction:
                    self.session.connection.rollback()
                raise StatementRefused(self._failure(problem, script, start))
        if ledger.done >= total:
            self._write(ledger.closing(How.SEGMENTS, total))
        return How.SEGMENTS

    def _alone(
        self, script: Script, statement: Statement, marks: Sequence[Query], *, again: bool
    ) -> _Problem | None:
        """Run a statement outside any transaction; `again` if an earlier run died in it."""
        for sql in (*_RESET, "set lock_timeout = 0"):
            self.session.execute(sql)
        before = self._invalid_indexes(statement)
        if again:
            self._drop_indexes(before)
        error = self._rights.attempt(script, statement)
        if error is not None:
            if not self.session.connection.closed:
                self._drop_indexes(self._invalid_indexes(statement) - before)
            return _Problem(error, statement)
        self._rights.remember(script, statement)
        self._write(marks)
        return None

    def _invalid_indexes(self, statement: Statement) -> set[tuple[str, str]]:
        """Return what failed runs of a CREATE INDEX CONCURRENTLY left, as (schema, name).

        An invalid index slows down every write, makes the next try fail, and with IF NOT EXISTS
        the next try even passes over it as if it served.
        """
        if statement.tag != "CREATE INDEX" or statement.subject is None:
            return set()
        rows = self.session.fetch(
            """
            select n.nspname, c.relname
            from pg_catalog.pg_index i
            join pg_catalog.pg_class c on c.oid = i.indexrelid
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where not i.indisvalid
              and c.relkind = 'i'
              and c.relname = %s
            """,
            (statement.subject.rsplit(".", 1)[-1],),
        )
        return {(schema, name) for schema, name in rows}

    def _drop_indexes(self, indexes: Iterable[tuple[str, str]]) -> None:
        for schema, name in sorted(indexes):
            self.session.execute("drop index concurrently if exists " + quote(schema, name))

    def _as_written(self, script: Script, ledger: Ledger) -> How:
        """Run a file that controls its transactions itself, statement by statement."""
        total = len(script.statements)
        self._write(ledger.opening(total))
        for sql in (*_RESET, f"set lock_timeout = {self.lock_timeout_ms}"):
            self.session.execute(sql)
        committed = ledger.done
        for index, statement in enumerate(script.statements, start=1):
            if index <= ledger.done:
                continue
            error = self._rights.attempt(script, statement)
            if error is not None:
                problem = _Problem(error, statement)
                self._raise_unless_refused(problem)
                if self.session.in_transaction:
                    self.session.connection.rollback()
                raise StatementRefused(self._failure(problem, script, committed))
            self._rights.remember(script, statement)
            if not self.session.in_transaction:
                committed = index
                if index < total:
                    self._write(ledger.reached(index))
        if self.session.in_transaction:
            self.session.connection.execute(b"commit")
        self._write(ledger.closing(How.AS_WRITTEN, total))
        return How.AS_WRITTEN

    # What is said ------------------------------------------------------------------------

    def _write(self, queries: Iterable[Query]) -> None:
        for query in queries:
            self.session.execute(query.sql, query.parameters)

    def _remember(self, script: Script, statements: Iterable[Statement]) -> None:
        for statement in statements:
            self._rights.remember(script, statement)

    def _raise_unless_refused(self, problem: _Problem) -> None:
        """Raise what is not about the file: a lost connection, a full disk, a cancel."""
        error = problem.error
        if error.sqlstate == _CANCELED and "user request" in (error.diag.message_primary or ""):
            raise Interrupted("cancelled; what was in flight is rolled back")
        translated = translate(error, self.session.connection, self.session.address)
        if problem.statement is None or not isinstance(translated, DatabaseError):
            raise translated

    def _failure(self, problem: _Problem, script: Script, remaining: int | None) -> Failure:
        assert problem.statement is not None
        return refusal(
            problem.error,
            script=script,
            statement=problem.statement,
            may_quote_rows=self.session.embedded,
            remaining=remaining,
        )

    def _report_boundary(self, script: Script) -> None:
        statement = next(s for s in script.statements if s.running is Running.BOUNDARY)
        self._rights.note(
            script,
            statement,
            code="enum-value-used-at-once",
            level=Level.NOTE,
            message="the file uses an enum value that it adds, so it runs in several transactions",
            why="Postgres lets nobody use a new enum value before it is committed.",
            fix="Move the statements that use the value into a migration of their own.",
        )


_RESET = ("reset all", "reset role")
