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
class Mended:
    """A file to which edits were made, if that was `proved`; else it stayed as it was."""

    path: str
    edits: int
    rules: tuple[str, ...]
    proved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One box of the review checklist; `ticked` is None where nobody has looked."""

    text: str
    ticked: bool | None
    evidence: str


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
    judged: int | None = None
    """Files that the rules looked at; None where none did."""
    known: int = 0
    """Findings that the baseline holds, which are not among these."""
    repeated: int = 0
    """Files that were run twice."""
    mended: tuple[Mended, ...] = ()
    checklist: tuple[Box, ...] = ()
    """The review checklist, each box with its evidence; empty where no file was judged."""

    @property
    def found(self) -> bool:
        """Whether a file failed or a finding is an error."""
        return (
            self.failure is not None
            or errors(self.findings) > 0
            or any(environment.failure for environment in self.environments)
        )

    @property
    def broken(self) -> bool:
        """Whether a rule stopped, so that not all is known."""
        return any(finding.code == "AL004" for finding in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesReport(Report):
    """`airlock check FILES`: what the rules say of files by their texts alone."""

    command: ClassVar[str] = "check FILES"
    files: int
    findings: tuple[Finding, ...]
    known: int = 0
    unusable: int = 0
    """Files that could not be read."""

    @property
    def found(self) -> bool:
        """Whether a finding is an error."""
        return errors(self.findings) > 0

    @property
    def broken(self) -> bool:
        """Whether a file could not be read, or a rule stopped."""
        return self.unusable > 0 or any(each.code == "AL004" for each in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport(Report):
    """`airlock audit`: what the rules say of a schema as it stands."""

    command: ClassVar[str] = "audit"
    source: str
    postgres: int
    objects: int
    unmodelled: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def found(self) -> bool:
        """Whether a finding is an error."""
        return errors(self.findings) > 0

    @property
    def broken(self) -> bool:
        """Whether a rule stopped, so that not all is known."""
        return any(finding.code == "AL004" for finding in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineReport(Report):
    """`airlock baseline`."""

    command: ClassVar[str] = "baseline"
    path: str
    findings: int
    changed: bool
