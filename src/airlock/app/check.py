"""`airlock check`: replay all, and what is pending in each environment; judge it; undo it."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from airlock.app import baseline
from airlock.app.asked import Extent
from airlock.app.checklist import Evidence, checklist
from airlock.app.proofs import on_record, record
from airlock.app.reviewing import Review, Reviewed
from airlock.app.site import Site
from airlock.app.status import Look, look
from airlock.app.undoing import load, look_after, pending
from airlock.app.workspace import LOCAL, Workspace
from airlock.config import Environment
from airlock.deploy import standing
from airlock.deploy.boundary import answering
from airlock.model.failure import Failure, StatementRefused
from airlock.model.finding import Finding, Level
from airlock.model.migration import Migration
from airlock.report.values.base import Reach
from airlock.report.values.check import Box, CheckReport, EnvironmentCheck, Mended
from airlock.report.values.rollback import RollbackChecks
from airlock.server.remarks import STUBBED_EXTENSION
from airlock.sources.remarks import remarks
from airlock.sources.shadow import Replay, replay

if TYPE_CHECKING:
    from airlock.app.again import Repeated
    from airlock.app.reviewing import Review, Reviewed

_HISTORY = "history-"
"""How the codes of findings about an environment begin."""


def check(site: Site, extent: Extent | None = None, *, fix: bool = False) -> CheckReport:
    """Replay the history in the project's order, and in each environment's own where they differ.

    Then let the rules look at what is pending, and prove its rollbacks; with `fix` what rules can
    mend is mended first, and rollbacks that are missing are written. A file that fails is part of
    the report, not an error.

    Raises:
        ProjectError: a file cannot be read or written.
        UsageError: a word means no rule, or git knows no such ref.
        BadBaseline: the baseline cannot be read.
    """
    extent = extent or Extent()
    flags = {"server.strict_major": True} if extent.strict_major else {}
    mended: tuple[Mended, ...] = ()
    if fix:
        with Workspace.open(site, flags=flags) as workspace:
            mended = _Check(workspace=workspace, extent=extent, fix=fix).mend()
    with Workspace.open(site, flags=flags) as workspace:
        return replace(_Check(workspace=workspace, extent=extent, fix=fix).run(), mended=mended)


def looked_at(site: Site) -> list[Path]:
    """Return the files and folders whose change can change what a check says."""
    with Workspace.open(site) as workspace:
        root = workspace.config.root
        names = (workspace.project.folder, "airlock.toml", "supabase/config.toml")
        rollbacks = (root / "supabase/rollbacks", root / workspace.config.checks.baseline)
        return [*(root / name for name in names), *rollbacks]


@dataclass(slots=True, kw_only=True)
class _Check:
    """A check under way."""

    workspace: Workspace
    extent: Extent
    fix: bool
    looks: list[Look] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    elsewhere: set[str] = field(default_factory=set)
    """Paths that an environment other than local has applied."""
    judged: tuple[Finding, ...] = ()
    """What the rules found."""
    known: int = 0
    """How much of that the baseline holds."""
    repeated: Repeated | None = None
    """What came of running files twice, where that was done."""
    failure: Failure | None = None
    """In the project's order."""

    def run(self) -> CheckReport:
        workspace = self.workspace
        project = workspace.runnable
        began = time.perf_counter()
        restored = 0
        self.findings += [*workspace.config.findings, *workspace.engine_findings]
        self.findings += remarks(project)
        if self.extent.rollbacks and not on_record(workspace, project.migrations):
            # Something is new. What is needed to undo it is loaded while the server replays.
            threading.Thread(target=load).start()
        try:
            done = _replay(workspace, project.migrations)
            restored, seconds = done.restored, done.seconds
            self.findings += done.findings
        except StatementRefused as refused:
            self.failure = refused.failure
            seconds = time.perf_counter() - began
        environments = tuple(self._environment(each) for each in workspace.config.environments)
        reviewed = self._reviewed()
        undoing = self._undoing()
        engine = workspace.engine
        return CheckReport(
            server=f"Postgres {engine.version} ({engine.origin.value})",
            total=len(project.migrations),
            restored=restored,
            seconds=seconds,
            stubbed=_stubbed(self.findings),
            environments=environments,
            findings=(
                *(_weighed(finding, self.elsewhere) for finding in self.findings),
                *self.judged,
            ),
            failure=self.failure,
            rollbacks=undoing,
            judged=len(reviewed.wanted) if reviewed else None,
            known=self.known,
            repeated=self.repeated.tried if self.repeated else 0,
            checklist=self._checklist(reviewed) if reviewed else (),
        )

    def _checklist(self, reviewed: Reviewed) -> tuple[Box, ...]:
        migrations = self.workspace.runnable.migrations
        engine = self.workspace.engine
        return checklist(
            Evidence(
                files=len(reviewed.wanted),
                commented=sum(
                    b"--" in migrations[index].raw or b"/*" in migrations[index].raw
                    for index in reviewed.wanted
                ),
                findings=self.judged,
                repeated=self.repeated.tried if self.repeated else 0,
                server=f"Postgres {engine.version}",
                failed=self.failure is not None,
            )
        )

    def mend(self) -> tuple[Mended, ...]:
        """Make the edits that rules offer, as far as they can be proved."""
        if self.extent.rules is None:
            return ()
        workspace = self.workspace
        try:
            _replay(workspace, workspace.runnable.migrations)
        except StatementRefused:
            return ()  # What does not run cannot prove anything; the check itself will say so.
        self.looks += [look(workspace, each) for each in workspace.config.environments]
        from airlock.app.mending import mend

        review = Review(
            workspace=workspace, wanted=self._wanted(), asked=self.extent.rules, runs=True
        )
        return mend(workspace, review.judge().raised, unsafe=self.extent.unsafe_fixes)

    def _reviewed(self) -> Reviewed | None:
        """Let the rules look at what is new."""
        if self.extent.rules is None:
            return None

        wanted = self._wanted()
        review = Review(
            workspace=self.workspace,
            wanted=wanted,
            asked=self.extent.rules,
            runs=self.failure is None,
            environments=self._measurable(),
        )
        found = review.run()
        self.judged = found.findings
        if self.failure is None and wanted:
            self._repeat(wanted, review)
        if self.extent.rules.baseline:
            config = self.workspace.config
            new = baseline.load(config.root, config.checks.baseline).new(self.judged)
            self.known, self.judged = len(self.judged) - len(new), new
        return found

    def _repeat(self, wanted: Sequence[int], review: Review) -> None:
        """Run files twice: what a rule says of a text is a guess, and this is not."""
        from airlock.app.again import CODE, run_twice

        level = review.level_of(CODE, Level.WARNING)
        if level is None:
            return
        found = run_twice(self.workspace, wanted)
        self.repeated = found
        self.judged += tuple(replace(each, level=level) for each in found.findings)

    def _measurable(self) -> list[Environment]:
        """Return the environments that hold other rows than a developer's."""
        reached = {
            each.status.name for each in self.looks if each.status.reach is Reach.REACHED
        } - {LOCAL}
        return [each for each in self.workspace.config.environments if each.name in reached]

    def _wanted(self) -> list[int]:
        """Return the numbers of the files that the rules look at."""
        migrations = self.workspace.runnable.migrations
        if self.extent.whole:
            return list(range(len(migrations)))
        if self.extent.since is None:
            return pending(self.workspace, self.looks)
        from airlock.sources.git import project_at

        project = self.workspace.project
        then = project_at(
            project.root, self.extent.since, layout=project.layout, folder=project.folder
        )
        known = {migration.path: migration.sha256 for migration in then.migrations}
        return [
            index
            for index, migration in enumerate(migrations)
            if known.get(migration.path) != migration.sha256
        ]

    def _undoing(self) -> RollbackChecks | None:
        """Prove the rollbacks of what is pending, once all files run."""
        if self.failure is not None or not self.extent.rollbacks:
            return None
        wanted = pending(self.workspace, self.looks)
        if not wanted:
            return None
        found, said = look_after(self.workspace, wanted, fix=self.fix)
        self.findings += said
        return found

    def _environment(self, environment: Environment) -> EnvironmentCheck:
        """Try what is pending in one environment on top of exactly what is applied there."""
        seen = look(self.workspace, environment)
        self.looks.append(seen)
        applied = standing.applied_files(seen.standings)
        waiting = standing.pending_files(seen.standings)
        if environment.name != LOCAL:
            self.elsewhere |= {migration.path for migration in applied}
        if environment.protected:
            self.findings += answering(waiting, environment=environment.name)
        checked = EnvironmentCheck(
            name=environment.name,
            reach=seen.status.reach,
            protected=environment.protected,
            problem=seen.status.problem,
            pending=len(waiting),
        )
        if seen.status.reach is Reach.REACHED:
            checked = replace(checked, blocked=self._obstacles(environment, seen))
        if checked.blocked or not waiting:
            return checked
        order = (*applied, *waiting)
        if order == self.workspace.project.migrations:
            return replace(checked, failing=self.failure.path if self.failure else None)
        return self._in_its_own_order(checked, order)

    def _in_its_own_order(
        self, checked: EnvironmentCheck, order: Sequence[Migration]
    ) -> EnvironmentCheck:
        self.workspace.progress.note(f"replaying in the order of {checked.name}")
        try:
            done = _replay(self.workspace, order)
        except StatementRefused as refused:
            again = refused.failure == self.failure
            return replace(
                checked,
                failing=refused.failure.path,
                failure=None if again else refused.failure,
            )
        return replace(checked, replayed=True, seconds=done.seconds)

    def _obstacles(self, environment: Environment, seen: Look) -> int:
        """Add what forbids a deployment there, and return how much of it keeps it from a trial.

        Files that are out of order can be tried, and deployed when that is asked for. Of local
        nothing is said: `airlock reset` mends whatever it is.
        """
        name = environment.name
        every = standing.obstacles(seen.standings, environment=name, allow_out_of_order=False)
        grave = standing.obstacles(seen.standings, environment=name, allow_out_of_order=True)
        if name != LOCAL:
            self.findings += grave
            self.findings += [replace(f, level=Level.WARNING) for f in every if f not in grave]
            self.findings += standing.remarks(seen.standings, environment=name)
        return len(grave)


def _replay(workspace: Workspace, migrations: Sequence[Migration]) -> Replay:
    done = replay(migrations, stock=workspace.stock, listener=workspace.progress)
    record(workspace, done.chain, done.findings)
    return done


def _stubbed(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Name the extensions that a stand-in took the place of; the key ends with the name."""
    return tuple(
        sorted({f.key.rpartition(":")[2] for f in findings if f.code == STUBBED_EXTENSION.code})
    )


def _weighed(finding: Finding, elsewhere: set[str]) -> Finding:
    """Make a note of a warning about a file that is applied elsewhere: it is past mending."""
    past = finding.where is not None and finding.where.path in elsewhere
    about_file = finding.level is Level.WARNING and not finding.code.startswith(_HISTORY)
    return replace(finding, level=Level.NOTE) if past and about_file else finding
