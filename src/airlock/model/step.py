"""One statement of a plan, with everything that a reviewer or the executor must know."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from airlock.model.node import Id
from airlock.model.script import Running


class Lock(IntEnum):
    """The table-level locks, weakest first (PostgreSQL manual, 13.3.1)."""

    NONE = 0
    ACCESS_SHARE = 1
    ROW_SHARE = 2
    ROW_EXCLUSIVE = 3
    SHARE_UPDATE_EXCLUSIVE = 4
    SHARE = 5
    SHARE_ROW_EXCLUSIVE = 6
    EXCLUSIVE = 7
    ACCESS_EXCLUSIVE = 8

    @property
    def sql(self) -> str:
        """The name as the manual writes it."""
        return self.name.replace("_", " ")


class Verb(StrEnum):
    """What a step does to its target."""

    CREATE = "create"
    ALTER = "alter"
    DROP = "drop"


class Loss(StrEnum):
    """Whether rows are the same after a step and its undoing."""

    NONE = "lossless"
    DATA = "loses data"
    """Rows or values are gone, and no rollback brings them back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One statement. `text` has no closing semicolon.

    `lock` is the strongest one that it takes on the relations in `on`; a relation that the same
    plan creates is not listed, since nobody else can wait for it.
    """

    sql: str
    verb: Verb
    target: Id
    lock: Lock = Lock.NONE
    on: tuple[Id, ...] = ()
    rewrites: bool = False
    """The table is written anew."""
    scans: bool = False
    """Every row is read while the lock is held."""
    loss: Loss = Loss.NONE
    hazard: str | None = None
    """What a reviewer has to weigh, in a sentence."""
    running: Running = Running.TRANSACTION
    inline: str | None = None
    """What may stand in the CREATE of the target's parent instead."""
    elements: tuple[str, ...] | None = None
    """What stands in parentheses after `sql`, such as columns; None where nothing does."""
    tail: str = ""
    """What follows the parentheses."""
    suffix: str = ""
    """What was taken in from below and stands at the end, such as a column's default."""
    rank: int = 0
    """The place among the steps of one parent, such as a column's position."""

    @property
    def text(self) -> str:
        """The whole statement."""
        if self.elements is None:
            return f"{self.sql}{self.tail}{self.suffix}"
        inside = "\n  " + ",\n  ".join(self.elements) + "\n" if self.elements else ""
        return f"{self.sql} ({inside}){self.tail}{self.suffix}"
