"""The report of `airlock status`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from airlock.model.finding import Finding
from airlock.model.migration import State
from airlock.report.values.base import Reach, Report, errors


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentStatus:
    """One column of `airlock status`."""

    name: str
    place: str
    """Empty where it is not known."""
    protected: bool
    reach: Reach
    problem: str | None = None
    """Why it could not be looked at."""
    applied: int = 0
    pending: int = 0
    last_version: str | None = None
    last_at: datetime | None = None
    stale_seeds: tuple[str, ...] = ()
    """Seed files that changed since they ran here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionStatus:
    """One row of `airlock status`: a state per environment that could be looked at."""

    version: str
    name: str
    states: dict[str, State]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport(Report):
    """`airlock status`."""

    command: ClassVar[str] = "status"
    environments: tuple[EnvironmentStatus, ...]
    versions: tuple[VersionStatus, ...]
    findings: tuple[Finding, ...] = ()
    all: bool = False
    """Whether rows that are applied everywhere are shown one by one."""

    @property
    def found(self) -> bool:
        """Whether anything is not applied, or not known, somewhere."""
        settled = {State.APPLIED, State.RESTYLED}
        return (
            any(state not in settled for row in self.versions for state in row.states.values())
            or any(e.reach in {Reach.UNREACHABLE, Reach.NOT_SET} for e in self.environments)
            or any(e.reach is Reach.ABSENT for e in self.environments if self.versions)
            or errors(self.findings) > 0
        )
