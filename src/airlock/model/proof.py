"""What came of a plan that was tried on copies."""

from __future__ import annotations

from dataclasses import dataclass

from airlock.model.failure import Failure
from airlock.model.node import Id
from airlock.model.step import Lock


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one statement of a plan did to the relations that were there before.

    They are named as people write them. A lock that the transaction held already, or a stronger
    one, is not listed again.
    """

    index: int
    """Of the step in its plan, from 0."""
    locks: tuple[tuple[str, Lock], ...]
    rewritten: tuple[str, ...]
    """What got a new file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How a plan fared on a copy of one side, held against a copy of the other."""

    converged: bool
    """Whether the result is the wanted schema, to pg_dump and to Airlock, with nothing to do."""
    residue: tuple[str, ...]
    """What differs still, a statement or an object each."""
    failure: Failure | None = None
    """The statement that Postgres refused, if one was."""
    needs_empty_tables: bool = False
    """Whether that happened on rows alone, and the same plan ran on empty tables."""
    surprises: tuple[str, ...] = ()
    """What a statement did and its step does not say: a lock, a rewrite, rows that are gone."""
    filled: tuple[Id, ...] = ()
    """Tables that held rows."""
    empty: tuple[tuple[Id, str], ...] = ()
    """Tables for which no row could be made up, and why."""
    not_covered: tuple[str, ...] = ()
    measured: tuple[Measured, ...] = ()
    major: int = 0
    """Of the server on which it was tried."""
    cloned: tuple[str, str] = ("", "")
    """How each side was made again."""
    seconds: float = 0

    @property
    def holds(self) -> bool:
        """Whether the plan leads where it should, with rows, too."""
        return self.converged and self.failure is None
