"""Run a SQL file on a database: one transaction where Postgres allows it, and say what happened.

A file takes one of these roads:

- *pipelined*: the whole file, and the history row with it, is one transaction and two round
  trips. Almost every file takes it.
- *stepwise*: one transaction, with a look at the session between statements; only so can the
  embedded server lend rights or give a second chance, and only so can rows be copied.
- *in segments*: several transactions, where a statement runs alone or needs a commit. Between
  two of them the ledger notes how far the file came, so that a later run goes on from there.
- *as written*: a file with its own BEGIN and COMMIT; every statement runs as it stands.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import takewhile

from airlock.errors import AirlockError, Interrupted
from airlock.model.failure import About, StatementRefused
from airlock.model.finding import Finding
from airlock.model.migration import How
from airlock.model.script import PSQL_GUARD, PieceKind, Running, Script, Statement, segments
from airlock.server.alone import Alone
from airlock.server.connect import DatabaseError, Session, translate
from airlock.server.known import verified
from airlock.server.ledger import Ledger, NoLedger, Query, as_deployer, own_role, write
from airlock.server.refusal import meta_command, refusal
from airlock.server.remarks import ENUM_VALUE_USED_AT_ONCE, UNCLOSED_TRANSACTION
from airlock.server.rights import SECOND_CHANCES, Rights, changes_role
from airlock.server.sending import (
    Message,
    Problem,
    blame,
    commit,
    committing,
    is_stream,
    nothing,
    send_all,
)

LOCK_TIMEOUT_MS = 4_000
_UNSAFE_ENUM_VALUE = "55P04"
_SYNTAX = "42601"

_SET_CONFIG = re.compile(r"select\s+(pg_catalog\s*\.\s*)?set_config\s*\([^()]*\)\s*", re.IGNORECASE)
_CHAIN = re.compile(r"\band\s+chain\b", re.IGNORECASE)
_ONLY_AS_WRITTEN = frozenset(
    {"", "CALL", "DO", "DECLARE CURSOR", "LOCK TABLE", "RELEASE", "ROLLBACK", "SAVEPOINT"}
)
"""What behaves differently inside a transaction that is not the file's own."""
_QUIET_VERBS = frozenset({"ALTER", "COMMENT", "CREATE", "DROP", "GRANT", "REVOKE"})
_RUNS_A_QUERY = frozenset({"CREATE MATERIALIZED VIEW", "CREATE TABLE AS"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How a file ran."""

    how: How
    seconds: float
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class Runner:
    """Runs files on one session.

    A statement waits `lock_timeout_ms` for a lock, except those that run alone: CREATE INDEX
    CONCURRENTLY waits for old transactions by design, and a timeout leaves an invalid index.
    `own_roles` are the roles that the database's own history has made; `run` keeps it current.
    `watch` is called after each statement that passed and may look at what its transaction holds;
    that costs the quick road.
    In a database that is to be thrown away a COMMIT goes with what it commits, which saves a
    round trip. Elsewhere that would let a server finish a file whose client has died.
    `meanwhile` is called, at most once for each transaction, while the server is at work.
    """

    session: Session
    lock_timeout_ms: int = LOCK_TIMEOUT_MS
    throw_away: bool = False
    own_roles: set[str] = field(default_factory=set)
    watch: Callable[[Statement], None] | None = None
    meanwhile: Callable[[], None] = nothing
    _rights: Rights = field(init=False)
    _forgotten: bool = False
    """Whether the session is as if no file had ever run on it."""

    def __post_init__(self) -> None:
        self._rights = Rights(self.session, self.own_roles, self.watch)

    def run(self, script: Script, ledger: Ledger | None = None) -> Run:
        """Run a file to its end.

        Whatever happens, no transaction stays open, and nothing that the file has set.

        Raises:
            StatementRefused: Postgres refused a statement; what remains is in the failure.
            ConnectionFailed, ServerError: the connection is lost or the disk is full.
            Interrupted: somebody cancelled the query.
        """
        self._rights.findings.clear()
        began = time.perf_counter()
        if not self._forgotten:
            self._forget()
        self._forgotten = False
        try:
            how = self._run(script, ledger or NoLedger())
        finally:
            self.session.abandon()
            if not self._forgotten and not self.session.closed:
                with suppress(AirlockError):
                    self._forget()
        return Run(
            how=how,
            seconds=time.perf_counter() - began,
            findings=tuple(self._rights.findings),
        )

    def _forget(self) -> None:
        """Undo what was set for the session: role, search_path, timeouts."""
        for sql in self._resets():
            self.session.execute(sql)
        self._forgotten = True

    def _resets(self) -> tuple[str, ...]:
        return ("reset all", *own_role(self.session))

    def _run(self, script: Script, ledger: Ledger) -> How:
        for piece in script.pieces:
            if piece.kind is PieceKind.META and not PSQL_GUARD.match(piece.text):
                raise StatementRefused(meta_command(script, piece))
        if script.controls_transactions:
            self._as_written(script, ledger)
            return How.AS_WRITTEN
        group, *others = segments(script)
        if not others and group.transactional and not ledger.resuming:
            closing = ledger.closing(How.TRANSACTION, len(script.statements))
            quiet = all(map(_is_quiet, group.statements))
            then = () if quiet else self._resets()
            problem = self._transaction(
                script, group.statements, closing, self._begin(), then, quiet=quiet
            )
            if problem is None:
                self._forgotten = True
                return How.TRANSACTION
            boundaries = len(segments(script, boundaries=True)) - 1
            if problem.error.sqlstate != _UNSAFE_ENUM_VALUE or not boundaries:
                raise self._error(problem, script, None)
            self._rights.findings.clear()
            adding = next(s for s in script.statements if s.running is Running.BOUNDARY)
            self._rights.note(ENUM_VALUE_USED_AT_ONCE, script, adding)
        self._in_segments(script, ledger)
        return How.SEGMENTS

    # One transaction ---------------------------------------------------------------------

    def _transaction(
        self,
        script: Script,
        statements: Sequence[Statement],
        marks: Sequence[Query],
        begin: Sequence[str],
        then: Sequence[str] = (),
        *,
        quiet: bool = False,
    ) -> Problem | None:
        """Run statements in one transaction, on the quick road where it can be taken.

        `quiet` ones leave the session as it is, so nobody has to become the deployer again.
        `then` goes with the COMMIT: settings must not change within the first transaction that
        they are for, which has its read-only mode and isolation from the start.
        """
        if self._may_be_pipelined(statements):
            own = marks if quiet else as_deployer(self.session, marks)
            messages = (
                *map(Message, begin),
                *(Message(statement.text, statement=statement) for statement in statements),
                *(Message(query.sql, query.parameters) for query in own),
                *(committing(then) if self.throw_away else ()),
            )
            problem = blame(send_all(self.session, messages, self.meanwhile), statements)
            if problem is None and not self.throw_away:
                problem = commit(self.session, statements, then)
            if problem is None:
                for statement in statements:
                    self._rights.remember(script, statement)
                return None
            self.session.abandon()
            if self.session.closed or not self._another_road(problem):
                return problem
        roles = frozenset(self.own_roles)
        problem = self._stepwise(script, statements, marks, begin, then)
        if problem is not None:
            self.session.abandon()
            self.own_roles.clear()
            self.own_roles.update(roles)
        return problem

    def _begin(self, earlier: Sequence[Statement] = ()) -> tuple[str, ...]:
        """Return what opens a transaction, unless the file itself has said how long to wait.

        It is said in each: a pooler may give each transaction to another session. What is to be
        thrown away has nobody else to wait for.
        """
        if self.throw_away or says_lock_timeout(earlier):
            return ("begin",)
        return ("begin", f"set local lock_timeout = {self.lock_timeout_ms}")

    def _may_be_pipelined(self, statements: Sequence[Statement]) -> bool:
        if self.watch is not None:
            return False
        if any(s.copy_data is not None or is_stream(s) for s in statements):
            return False
        # Rights are lent and taken back between two statements.
        lending = (s for s in statements if changes_role(s) or self._rights.lends(s))
        return not self.session.embedded or next(lending, None) is None

    def _another_road(self, problem: Problem) -> bool:
        """Whether running statement by statement can do, or tell, more about a refusal."""
        state = problem.error.sqlstate
        if state == _SYNTAX and problem.statement is not None and not problem.statement.tag:
            # Of a text that was cut wrongly the extended protocol says "multiple commands".
            return True
        return self.session.embedded and state in SECOND_CHANCES

    def _stepwise(
        self,
        script: Script,
        statements: Sequence[Statement],
        marks: Sequence[Query],
        begin: Sequence[str],
        then: Sequence[str] = (),
    ) -> Problem | None:
        """Run statements with a look at the session between them, and commit."""
        for sql in begin:
            self.session.execute(sql)
        problem = self._rights.run(script, statements)
        if problem is not None:
            return problem
        write(self.session, marks)
        return commit(self.session, statements, then)

    # Several transactions ----------------------------------------------------------------

    def _open(self, script: Script, ledger: Ledger, how: How) -> None:
        """Begin or go on with a file; settings that it made before it stopped are made again."""
        write(self.session, ledger.opening(how, len(script.statements)))
        for statement in script.statements[: ledger.done]:
            if statement.tag in {"SET", "RESET"} or _SET_CONFIG.fullmatch(statement.text):
                error = self._rights.attempt(script, statement)
                if error is not None:
                    raise self._error(Problem(error, statement), script, ledger.done)

    def _in_segments(self, script: Script, ledger: Ledger) -> None:
        """Run group after group, noting in the ledger how far the file came."""
        total = len(script.statements)
        alone = Alone(script, self._rights, ledger)
        self._open(script, ledger, How.SEGMENTS)
        end = 0
        for group in segments(script, boundaries=True):
            start, end = max(end, ledger.done), end + len(group.statements)
            if start >= end:
                continue
            marks = ledger.closing(How.SEGMENTS, total) if end == total else ledger.reached(end)
            # A file that was mended since may be cut elsewhere than where it stopped.
            statements = group.statements[start - end :]
            if group.transactional:
                begin = self._begin(script.statements[:start])
                problem, leftover = self._transaction(script, statements, marks, begin), ""
            else:
                stopped = alone.run(statements[0], end, marks)
                problem, leftover = (stopped.problem, stopped.leftover) if stopped else (None, "")
            if problem is not None:
                raise self._error(problem, script, start, leftover)
        if ledger.done >= total:
            write(self.session, ledger.closing(How.SEGMENTS, total))

    def _as_written(self, script: Script, ledger: Ledger) -> None:
        """Run a file that controls its transactions itself, statement by statement."""
        total = len(script.statements)
        alone = Alone(script, self._rights, ledger)
        closing = ledger.closing(How.AS_WRITTEN, total)
        self.session.execute(f"set lock_timeout = {self.lock_timeout_ms}")
        self._open(script, ledger, How.AS_WRITTEN)
        committed = ledger.done
        if committed and _CHAIN.search(script.statements[committed - 1].text):
            self.session.execute("begin")
        number = ledger.done
        while number < total:
            leftover = ""
            if inner := self._inner(script.statements[number:]):
                problem = self._rights.run(script, inner)
                number += len(inner)
            else:
                statement, number = script.statements[number], number + 1
                marks = closing if number == total else ledger.reached(number)
                if statement.running is Running.ALONE and not self.session.in_transaction:
                    stopped = alone.run(statement, number, marks)
                    problem = stopped.problem if stopped else None
                    leftover = stopped.leftover if stopped else ""
                else:
                    problem = self._as_it_stands(script, statement, marks)
            if problem is not None:
                raise self._error(problem, script, committed, leftover)
            if not inner and (statement.tag == "COMMIT" or not self.session.in_transaction):
                committed = number
        if self.session.in_transaction:
            opened = next(s for s in script.statements if s.running is Running.CONTROL)
            self._rights.note(UNCLOSED_TRANSACTION, script, opened)
            write(self.session, closing)
            problem = commit(self.session, script.statements)
            if problem is not None:
                raise self._error(problem, script, committed)
        elif ledger.done >= total:
            write(self.session, closing)

    def _inner(self, statements: Sequence[Statement]) -> Sequence[Statement]:
        """Return the statements up to the end of the transaction, if one is open."""
        if not self.session.in_transaction:
            return ()
        return tuple(takewhile(lambda s: s.running is not Running.CONTROL, statements))

    def _as_it_stands(
        self, script: Script, statement: Statement, marks: Sequence[Query]
    ) -> Problem | None:
        """Run one statement; the marks are committed with it where it commits something."""
        inside = self.session.in_transaction
        plain = statement.running is not Running.CONTROL and statement.tag not in _ONLY_AS_WRITTEN
        if plain and not inside:
            return self._stepwise(script, (statement,), marks, ("begin",))
        commits = inside and statement.tag == "COMMIT"
        if commits:
            write(self.session, marks)
        error = self._rights.attempt(script, statement)
        if error is not None:
            return Problem(error, statement, at_commit=commits)
        self._rights.remember(script, statement)
        if not commits and not self.session.in_transaction:
            write(self.session, marks)
        return None

    # What is said ------------------------------------------------------------------------

    def _error(
        self, problem: Problem, script: Script, remaining: int | None, leftover: str = ""
    ) -> AirlockError:
        """Return the error for what the server refused.

        A lost connection, a full disk or a cancel is not about the file.
        """
        told, session = problem.error, self.session
        if told.cancelled:
            return Interrupted("cancelled; what was in flight is rolled back")
        translated = translate(told, session.connection, session.address)
        if problem.statement is None or not isinstance(translated, DatabaseError):
            return translated
        about = None
        if told.protected:
            # The catalog is asked, which it cannot be inside of what has failed.
            session.abandon()
            about = About()
            with suppress(AirlockError):
                about = verified(session, told, problem.statement)
        return StatementRefused(
            refusal(
                problem,
                problem.statement,
                script=script,
                may_quote_rows=session.embedded,
                remaining=remaining,
                leftover=leftover,
                about=about,
            )
        )


def says_lock_timeout(statements: Sequence[Statement]) -> bool:
    """Whether a file says itself how long it waits for locks."""
    return any(s.tag in {"SET", "SELECT"} and "lock_timeout" in s.text.lower() for s in statements)


def _is_quiet(statement: Statement) -> bool:
    """Whether a statement cannot change role or settings of the session; most do not."""
    return statement.tag.partition(" ")[0] in _QUIET_VERBS and statement.tag not in _RUNS_A_QUERY
