"""What each command returns: plain values, the same for people and for machines.

The names of the fields are the keys of the JSON that `--format json` prints. No value holds a
password or a row, except `UrlReport`, whose purpose is the local password.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from airlock.config.values import Setting
from airlock.model.failure import Failure
from airlock.model.finding import Finding, Level
from airlock.model.migration import How, Skipped, State


class Report:
    """Base of all reports: `found` says whether the command found something that needs a hand."""

    __slots__ = ()
    command: ClassVar[str]

    @property
    def found(self) -> bool:
        """Whether the exit code is 1."""
        return False


class Verdict(StrEnum):
    """How a single examination ended."""

    FINE = "fine"
    DOUBTFUL = "doubtful"
    BROKEN = "broken"


class Reach(StrEnum):
    """Whether an environment could be looked at."""

    REACHED = "reached"
    ABSENT = "not created yet"
    """It lives on the embedded server, and nothing was deployed to it so far."""
    NOT_SET = "not set here"
    """Its URL stands in a variable that is not set on this machine."""
    UNREACHABLE = "unreachable"


def errors(findings: tuple[Finding, ...]) -> int:
    """Count the findings that make a command exit with 1."""
    return sum(finding.level is Level.ERROR for finding in findings)


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
class NextStep:
    """A command to run next, and what it does."""

    command: str
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InitReport(Report):
    """`airlock init`."""

    command: ClassVar[str] = "init"
    root: str
    layout: str
    folder: str
    migrations: int
    """Files found."""
    wrote: tuple[str, ...]
    kept: tuple[str, ...]
    """Files that stood there already and were left alone."""
    skipped: tuple[Skipped, ...]
    next: tuple[NextStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One thing that `airlock doctor` looked at."""

    name: str
    verdict: Verdict
    detail: str
    fix: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorReport(Report):
    """`airlock doctor`."""

    command: ClassVar[str] = "doctor"
    probes: tuple[Probe, ...]

    @property
    def found(self) -> bool:
        """Whether something is broken."""
        return any(probe.verdict is Verdict.BROKEN for probe in self.probes)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReport(Report):
    """`airlock new`."""

    command: ClassVar[str] = "new"
    path: str
    template: str
    """The template's name, or `stdin` where the SQL was piped in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentStatus:
    """One column of `airlock status`."""

    name: str
    place: str
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

    @property
    def found(self) -> bool:
        """Whether a file failed; the old database is untouched then."""
        return self.failure is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentCheck:
    """What is pending in one environment, tried on top of what is applied there."""

    name: str
    reach: Reach
    protected: bool = False
    problem: str | None = None
    pending: int = 0
    replayed: bool = False
    """Whether the environment's own order differs from the project's and was replayed too."""
    seconds: float = 0.0
    failure: Failure | None = None


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

    @property
    def found(self) -> bool:
        """Whether a file failed or a finding is an error."""
        return (
            self.failure is not None
            or errors(self.findings) > 0
            or any(environment.failure for environment in self.environments)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatus:
    """One of Airlock's servers."""

    purpose: str
    build: str
    running: bool
    port: int | None
    pid: int | None
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServersReport(Report):
    """`airlock db status`, `start` and `stop`."""

    command: ClassVar[str] = "db status"
    home: str
    servers: tuple[ServerStatus, ...]
    message: str | None = None
    """What was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlReport(Report):
    """`airlock db url`: a connection string with the local password."""

    command: ClassVar[str] = "db url"
    environment: str
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallReport(Report):
    """`airlock db install`."""

    command: ClassVar[str] = "db install"
    version: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigReport(Report):
    """`airlock config show`."""

    command: ClassVar[str] = "config show"
    root: str
    settings: tuple[Setting, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoStep:
    """One step of the demo."""

    title: str
    command: str
    outcome: tuple[str, ...]
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport(Report):
    """`airlock demo`."""

    command: ClassVar[str] = "demo"
    steps: tuple[DemoStep, ...]
    seconds: float

    @property
    def found(self) -> bool:
        """Whether a step did not do what it says."""
        return not all(step.passed for step in self.steps)
