"""How a run of a file is written down in the database that it changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from airlock.model.migration import How
from airlock.model.names import quote
from airlock.server.connect import PROJECT_ROLE, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A statement of Airlock's own with its parameters."""

    sql: str
    parameters: tuple[object, ...] = ()


class Ledger(Protocol):
    """Says what to write, and when; the runner sends it with the file's own statements."""

    @property
    def done(self) -> int:
        """Statements that an earlier run committed; they are not run again."""

    @property
    def resuming(self) -> bool:
        """Whether an earlier run of the file stopped half-way."""

    @property
    def unsettled(self) -> int | None:
        """Number of the statement in which an earlier run died, outside of any transaction."""

    def opening(self, how: How, total: int) -> Sequence[Query]:
        """Before the first of several transactions, in one of its own."""

    def begins(self, number: int) -> Sequence[Query]:
        """Before a statement that runs alone: until `reached`, its end is not known."""

    def reached(self, done: int) -> Sequence[Query]:
        """After each of several transactions, within it where there is one."""

    def closing(self, how: How, total: int) -> Sequence[Query]:
        """At the end, within the last transaction."""


class NoLedger:
    """Writes nothing: for a shadow, which is thrown away."""

    done: int = 0
    resuming: bool = False
    unsettled: int | None = None

    def opening(self, how: How, total: int) -> Sequence[Query]:
        """Write nothing."""
        del how, total
        return ()

    def begins(self, number: int) -> Sequence[Query]:
        """Write nothing."""
        del number
        return ()

    def reached(self, done: int) -> Sequence[Query]:
        """Write nothing."""
        del done
        return ()

    def closing(self, how: How, total: int) -> Sequence[Query]:
        """Write nothing."""
        del how, total
        return ()


def own_role(session: Session, *, local: bool = False) -> tuple[str, ...]:
    """Return what makes a session act as who it deploys as; `local`: until the transaction ends."""
    scope = "local " if local else ""
    who = quote(PROJECT_ROLE) if session.embedded else "default"
    return (f"set {scope}session authorization {who}", f"set {scope}role none")


def as_deployer(session: Session, queries: Sequence[Query]) -> Iterator[Query]:
    """Yield queries, to be sent in a transaction, that the role of the file does not run."""
    if queries:
        for sql in own_role(session, local=True):
            yield Query(sql=sql)
    yield from queries


def write(session: Session, queries: Sequence[Query]) -> None:
    """Write in the open transaction, else in one of its own; the file's role is left as it is."""
    if queries and not session.in_transaction:
        with session.transaction():
            write(session, queries)
        return
    for query in as_deployer(session, queries):
        session.execute(query.sql, query.parameters)
