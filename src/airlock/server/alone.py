"""Run a statement that Postgres refuses inside a transaction, and clear away what it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from airlock.model.script import Script, Statement
from airlock.server.indexes import (
    Index,
    drop_indexes,
    invalid_indexes,
    is_built,
    name_is_free,
    of_name,
)
from airlock.server.ledger import Ledger, Query, write
from airlock.server.remarks import PASSED_OVER_INVALID_INDEX, SETTLED
from airlock.server.rights import Rights
from airlock.server.sending import Problem

_UNKNOWN_OBJECT = "42704"


@dataclass(frozen=True, slots=True)
class Stopped:
    """What the server refused, and a sentence about what that has left."""

    problem: Problem
    leftover: str


@dataclass(frozen=True, slots=True)
class Alone:
    """Statements of one file that run alone.

    The ledger knows when one begins. If it knows of no end, an earlier run died in it or right
    after it: then what is found of an index tells which of the two it was.
    """

    script: Script
    rights: Rights
    ledger: Ledger

    def run(self, statement: Statement, number: int, marks: Sequence[Query]) -> Stopped | None:
        """Run the file's statement of this number, then write the marks."""
        session = self.rights.session
        again = self.ledger.unsettled == number
        before = invalid_indexes(session, statement)
        if again:
            mine = of_name(before, statement)
            before = before - mine | drop_indexes(session, mine)
            if statement.tag == "CREATE INDEX" and is_built(session, statement):
                self._settled(statement, marks)
                return None
        elif statement.tag != "CREATE INDEX" or name_is_free(session, statement):
            # A name that is taken makes the statement fail, and its index is not this run's.
            write(session, self.ledger.begins(number))
        problem = self._attempt(statement, before)
        if problem is None:
            self.rights.remember(self.script, statement)
            self._report_invalid(statement)
            write(session, marks)
            return None
        if session.closed:
            return Stopped(problem, "")
        if again and statement.tag == "DROP INDEX" and problem.error.sqlstate == _UNKNOWN_OBJECT:
            self._settled(statement, marks)
            return None
        leftover = self._clear(statement, before)
        write(session, self.ledger.reached(number - 1))
        return Stopped(problem, leftover)

    def _attempt(self, statement: Statement, before: frozenset[Index]) -> Problem | None:
        """Run the statement without a limit on how long it waits for others."""
        session = self.rights.session
        ((limit,),) = session.fetch("select current_setting('lock_timeout')")
        session.execute("set lock_timeout = 0")
        try:
            error = self.rights.attempt(self.script, statement)
        except KeyboardInterrupt:
            if not session.closed:
                self._clear(statement, before)
            raise
        if not session.closed:
            session.execute("select set_config('lock_timeout', %s, false)", (limit,))
        return Problem(error, statement) if error is not None else None

    def _clear(self, statement: Statement, before: frozenset[Index]) -> str:
        """Drop the invalid indexes that were not there before, and say so."""
        session = self.rights.session
        made = invalid_indexes(session, statement) - before
        left = drop_indexes(session, made)
        sentences = [f"The invalid index {index} that it left is removed." for index in made - left]
        sentences += [
            f"The invalid index {index} that it left could not be removed: "
            f"drop index concurrently {index};"
            for index in left
        ]
        return " ".join(sorted(sentences))

    def _settled(self, statement: Statement, marks: Sequence[Query]) -> None:
        self.rights.remember(self.script, statement)
        self.rights.note(SETTLED, self.script, statement)
        write(self.rights.session, marks)

    def _report_invalid(self, statement: Statement) -> None:
        """Warn when IF NOT EXISTS passed over what an earlier failure left."""
        if statement.tag == "CREATE INDEX":
            session = self.rights.session
            for index in sorted(of_name(invalid_indexes(session, statement), statement)):
                self.rights.note(
                    PASSED_OVER_INVALID_INDEX, self.script, statement, subject=str(index)
                )
