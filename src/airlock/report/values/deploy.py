"""Reports of the commands that run files on an environment: up, deploy, reset."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from airlock.model.failure import Failure
from airlock.model.finding import Finding
from airlock.model.migration import How
from airlock.report.values.base import Report


class Stage(StrEnum):
    """What was under way when a file failed."""

    PROOF = "proof"
    """On a throw-away database; the environment is untouched."""
    MIGRATIONS = "migrations"
    SEEDS = "seeds"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRun:
    """A file that ran and is committed."""

    path: str
    seconds: float
    how: How


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFile:
    """A file that would run. `transactions` lists what commits together, one sentence each."""

    path: str
    version: str
    transactions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedsReport:
    """What became of the seed files."""

    ran: tuple[FileRun, ...] = ()
    unchanged: int = 0
    stale: tuple[str, ...] = ()
    """New or changed files that were not asked to run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How it is known that the pending files run."""

    seconds: float = 0.0
    restored: int = 0
    """Files that did not need to run again."""
    on_record: bool = False
    """Whether an earlier run had proved exactly these files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployReport(Report):
    """`airlock deploy` and `airlock up`."""

    command: ClassVar[str] = "deploy"
    environment: str
    place: str
    created: bool
    """Whether the database was made for this."""
    dry_run: bool
    before: int
    """Versions that were applied already."""
    applied: tuple[FileRun, ...]
    pending: tuple[PlannedFile, ...]
    """What a dry run would do, or what a failure left undone."""
    seconds: float
    proof: Proof | None = None
    seeds: SeedsReport = field(default_factory=SeedsReport)
    findings: tuple[Finding, ...] = ()
    failure: Failure | None = None
    failed_in: Stage | None = None

    @property
    def found(self) -> bool:
        """Whether a file failed."""
        return self.failure is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpReport(DeployReport):
    """`airlock up`: a deployment to local."""

    command: ClassVar[str] = "up"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetReport(Report):
    """`airlock reset`."""

    command: ClassVar[str] = "reset"
    environment: str
    place: str
    total: int
    seconds: float
    seeds: SeedsReport = field(default_factory=SeedsReport)
    findings: tuple[Finding, ...] = ()
    failure: Failure | None = None
    failed_in: Stage | None = None
    """Whichever it is, the old database stays as it was."""

    @property
    def found(self) -> bool:
        """Whether a file failed."""
        return self.failure is not None
