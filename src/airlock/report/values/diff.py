"""Reports of the commands that compare and keep schemas: diff, snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from airlock.model.failure import Failure
from airlock.model.finding import Finding
from airlock.report.values.base import Report


class Sort(StrEnum):
    """What happens to an object on the way from one schema to the other."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectChange:
    """One object that differs."""

    sort: Sort
    kind: str
    name: str
    """As people write it: `public.users.email`."""
    within: str | None = None
    """The object that was added or removed together with it, and that it is part of."""
    attributes: tuple[str, ...] = ()
    """Those that differ, of an object that both sides have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """One statement of the plan, with what a reviewer has to know."""

    sql: str
    verb: str
    target: str
    group: int
    """The transaction that it runs in, from 1; what runs outside of any has one for itself."""
    transactional: bool
    lock: str | None
    """The strongest one that it takes."""
    on: tuple[str, ...]
    """What is locked by it."""
    rewrites: bool
    scans: bool
    loses_data: bool
    hazard: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a comparison, or the source of a snapshot."""

    source: str
    postgres: int
    """Major version."""
    objects: int
    fingerprint: str
    unmodelled: tuple[str, ...]
    """What it holds that Airlock does not compare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanProof:
    """What came of applying the plan to a copy of one side and holding it against the other."""

    converged: bool
    residue: tuple[str, ...]
    """What differs still, a statement or object each."""
    failure: Failure | None = None
    """The statement that Postgres refused, if one was."""
    surprises: tuple[str, ...] = ()
    """What a statement did though its step does not say so, such as a lock."""
    covered: tuple[str, ...]
    """What was looked at, a sentence each."""
    not_covered: tuple[str, ...]
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether the plan runs and leads where it should."""
        return self.converged and self.failure is None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffReport(Report):
    """`airlock diff`."""

    command: ClassVar[str] = "diff"
    old: Side
    new: Side
    style: str
    summary: str
    """`+12 ~3 -1 · 2 hazards · longest lock ACCESS EXCLUSIVE on public.orders`."""
    changes: tuple[ObjectChange, ...]
    steps: tuple[PlannedStep, ...]
    sql: str
    proof: PlanProof | None
    """None where it was not asked for, or where there is nothing to prove."""
    findings: tuple[Finding, ...] = ()

    @property
    def script(self) -> str:
        """The plan; one that does not lead there is never given out."""
        return "" if self.broken else self.sql

    @property
    def found(self) -> bool:
        """Whether they differ."""
        return bool(self.changes)

    @property
    def broken(self) -> bool:
        """Whether the plan does not lead where it should."""
        return self.proof is not None and not self.proof.holds


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotReport(Report):
    """`airlock snapshot` with a file to write to."""

    command: ClassVar[str] = "snapshot"
    path: str
    changed: bool
    """Whether the file was not there or said something else."""
    bytes: int
    side: Side
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedReport(Report):
    """`airlock new --from-diff`: `diff` leads from the project's migrations to the source."""

    command: ClassVar[str] = "new --from-diff"
    source: str
    path: str | None
    """The migration that was written; None where the project is there already."""
    diff: DiffReport

    @property
    def broken(self) -> bool:
        """Whether the plan does not lead where it should, so that nothing was written."""
        return self.diff.broken
