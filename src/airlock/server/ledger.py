"""How a run of a file is written down in the database that it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from airlock.model.migration import How


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

    def opening(self, total: int) -> Sequence[Query]:
        """Before the first of several transactions, in one of its own."""

    def reached(self, done: int) -> Sequence[Query]:
        """After each of several transactions, within it where there is one."""

    def closing(self, how: How, total: int) -> Sequence[Query]:
        """At the end, within the last transaction."""


class NoLedger:
    """Writes nothing: for a shadow, which is thrown away."""

    done = 0
    resuming = False

    def opening(self, total: int) -> Sequence[Query]:
        """Write nothing."""
        del total
        return ()

    def reached(self, done: int) -> Sequence[Query]:
        """Write nothing."""
        del done
        return ()

    def closing(self, how: How, total: int) -> Sequence[Query]:
        """Write nothing."""
        del how, total
        return ()
