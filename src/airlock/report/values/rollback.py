"""The report of `airlock rollback prepare`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from airlock.model.failure import Failure
from airlock.model.finding import Finding
from airlock.model.rollback import Grade
from airlock.report.values.base import Report


class Prepared(StrEnum):
    """What came of a rollback."""

    PLANNED = "planned"
    """A way back is proved, and no file holds it yet."""
    WRITTEN = "written"
    """It is proved, and its file is new, or written anew because that was asked for."""
    KEPT = "kept"
    """The file that was there is proved."""
    REFUSED = "refused"
    """The file that was there does not lead back."""
    FAILED = "failed"
    """No way back could be proved, so that no file is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackOf:
    """One migration and the way back from it."""

    version: str
    path: str
    """Of the migration."""
    rollback: str
    """Where the file that undoes it stands, or would."""
    prepared: Prepared
    grade: Grade | None
    """None where no way back was found."""
    reservations: tuple[str, ...]
    """What happens to rows, a sentence each."""
    unplanned: str | None = None
    """Why no way back was found."""
    residue: tuple[str, ...] = ()
    """What pg_dump sees that is not as it was."""
    failure: Failure | None = None
    again: bool = False
    """Whether it was on the way up again that something went wrong."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackCheck:
    """What is known of the way back from one pending migration; a finding says what is amiss."""

    version: str
    path: str
    rollback: str
    prepared: Prepared
    grade: Grade | None
    reservations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackChecks:
    """The rollbacks of what is pending, as a check has found them."""

    rollbacks: tuple[RollbackCheck, ...]
    pending: int
    """Migrations that are pending somewhere; the rollbacks of the oldest may not be known."""
    tried: int
    """How many were tried now; the rest is on record."""
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackReport(Report):
    """`airlock rollback prepare`."""

    command: ClassVar[str] = "rollback prepare"
    server: str
    rollbacks: tuple[RollbackOf, ...]
    seconds: float
    findings: tuple[Finding, ...] = ()

    @property
    def found(self) -> bool:
        """Whether one of them is not proved."""
        return any(each.prepared in {Prepared.REFUSED, Prepared.FAILED} for each in self.rollbacks)
