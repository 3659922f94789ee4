"""`airlock check`: replay everything, then what is pending in each environment."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from airlock.app.proofs import record
from airlock.app.site import Site
from airlock.app.status import Look, look
from airlock.app.workspace import LOCAL, Workspace
from airlock.config import Environment
from airlock.model.failure import StatementRefused
from airlock.model.finding import Finding, Level
from airlock.model.migration import Migration, State
from airlock.report.values.base import Reach
from airlock.report.values.check import CheckReport, EnvironmentCheck
from airlock.server.remarks import STUBBED_EXTENSION

_TO_RUN = frozenset({State.PENDING, State.OUT_OF_ORDER, State.HALF_APPLIED})


def check(site: Site, *, strict_major: bool) -> CheckReport:
    """Replay the history in the project's order, and in each environment's own where they differ.

    A file that fails is part of the report, not an error.
    """
    flags = {"server.strict_major": True} if strict_major else {}
    with Workspace.open(site, flags=flags) as workspace:
        return _Check(workspace=workspace).run()


@dataclass(slots=True, kw_only=True)
class _Check:
    """A check under way."""

    workspace: Workspace
    findings: list[Finding] = field(default_factory=list)
    elsewhere: set[str] = field(default_factory=set)
    """Paths that an environment other than local has applied."""

    def run(self) -> CheckReport:
        from airlock.sources.remarks import remarks  # noqa: PLC0415 - lazy as the rest

        workspace = self.workspace
        project = workspace.runnable
        began = time.perf_counter()
        restored, failure = 0, None
        self.findings += [*workspace.config.findings, *workspace.build_findings]
        self.findings += remarks(project)
        try:
            done = _replay(workspace, project.migrations)
            restored, seconds = done.restored, done.seconds
            self.findings += done.findings
        except StatementRefused as refused:
            failure = refused.failure
            seconds = time.perf_counter() - began
        environments = tuple(self._environment(each) for each in workspace.config.environments)
        build = workspace.choice.build
        return CheckReport(
            server=f"Postgres {build.version} ({build.origin.value})",
            total=len(project.migrations),
            restored=restored,
            seconds=seconds,
            stubbed=_stubbed(self.findings),
            environments=environments,
            findings=tuple(_weighed(finding, self.elsewhere) for finding in self.findings),
            failure=failure,
        )

    def _environment(self, environment: Environment) -> EnvironmentCheck:
        """Try what is pending in one environment on top of exactly what is applied there."""
        seen = look(self.workspace, environment)
        applied, pending = _applied(seen), _pending(seen)
        if environment.name != LOCAL:
            self.elsewhere |= {migration.path for migration in applied}
        checked = EnvironmentCheck(
            name=environment.name,
            reach=seen.status.reach,
            protected=environment.protected,
            problem=seen.status.problem,
            pending=len(pending),
        )
        if seen.status.reach is not Reach.REACHED:
            return checked
        blocked = self._obstacles(environment, seen)
        order = (*applied, *pending)
        if blocked or not pending or order == self.workspace.project.migrations:
            return replace(checked, blocked=blocked)
        self.workspace.progress.note(f"replaying in the order of {environment.name}")
        try:
            done = _replay(self.workspace, order)
        except StatementRefused as refused:
            return replace(checked, failure=refused.failure)
        return replace(checked, replayed=True, seconds=done.seconds)

    def _obstacles(self, environment: Environment, seen: Look) -> int:
        """Add what forbids a deployment there, and return how much that is.

        Of local nothing is said: `airlock reset` mends whatever it is.
        """
        from airlock.deploy.standing import obstacles, remarks  # noqa: PLC0415 - lazy as the rest

        found = obstacles(seen.standings, environment=environment.name, allow_out_of_order=False)
        if environment.name != LOCAL:
            self.findings += [*found, *remarks(seen.standings, environment=environment.name)]
        return len(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Replayed:
    restored: int
    seconds: float
    findings: tuple[Finding, ...]


def _replay(workspace: Workspace, migrations: Sequence[Migration]) -> _Replayed:
    from airlock.sources.shadow import replay  # noqa: PLC0415 - it imports the parser

    done = replay(migrations, stock=workspace.stock, listener=workspace.progress)
    record(workspace, done.chain, done.findings)
    return _Replayed(restored=done.restored, seconds=done.seconds, findings=done.findings)


def _applied(seen: Look) -> tuple[Migration, ...]:
    return tuple(
        standing.migration
        for standing in seen.standings
        if standing.migration is not None and standing.state not in _TO_RUN
    )


def _pending(seen: Look) -> tuple[Migration, ...]:
    return tuple(
        standing.migration
        for standing in seen.standings
        if standing.migration is not None and standing.state in _TO_RUN
    )


def _stubbed(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Name the extensions that a stand-in took the place of; the key ends with the name."""
    return tuple(
        sorted({f.key.rpartition(":")[2] for f in findings if f.code == STUBBED_EXTENSION.code})
    )


def _weighed(finding: Finding, elsewhere: set[str]) -> Finding:
    """Make a note of a warning about a file that is applied elsewhere: it is past mending."""
    past = finding.where is not None and finding.where.path in elsewhere
    about_file = finding.level is Level.WARNING and not finding.code.startswith("history-")
    return replace(finding, level=Level.NOTE) if past and about_file else finding
