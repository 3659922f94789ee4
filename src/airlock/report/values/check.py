"""The report of `airlock check`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from airlock.model.failure import Failure
from airlock.model.finding import Finding
from airlock.report.values.base import Reach, Report, errors
from airlock.report.values.rollback import RollbackChecks


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentCheck:
    """What is pending in one environment, tried on top of what is applied there."""

    name: str
    reach: Reach
    protected: bool = False
    problem: str | None = None
    pending: int = 0
    blocked: int = 0
    """What forbids a deployment there."""
    replayed: bool = False
    """Whether the environment's own order differs from the project's and was replayed too."""
    seconds: float = 0.0
    failing: str | None = None
    """The pending file that fails on top of what is applied there."""
    failure: Failure | None = None
    """Why it fails, unless it fails so in the project's own order too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport(Report):
    """`airlock check`."""

    command: ClassVar[str] = "check"
    server: str
    """The server that files were tried on: `Postgres 18.6 (embedded)`."""
    total: int
    restored: int
    """Files that did not need to run again."""
    seconds: float
    stubbed: tuple[str, ...]
    """Extensions that a stand-in took the place of."""
    environments: tuple[EnvironmentCheck, ...]
    findings: tuple[Finding, ...]
    failure: Failure | None = None
    rollbacks: RollbackChecks | None = None
    """None where they were not looked at: a file fails, or that was asked for."""

    @property
    def found(self) -> bool:
        """Whether a file failed or a finding is an error."""
        return (
            self.failure is not None
            or errors(self.findings) > 0
            or any(environment.failure for environment in self.environments)
        )
