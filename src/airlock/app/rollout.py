"""Bringing an environment up to date: what `up` and `deploy` share."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import airlock
from airlock.app.workspace import Workspace
from airlock.config import Environment, Use
from airlock.deploy.execute import deploy, read_standings
from airlock.deploy.seeds import run_seeds, stale_seeds
from airlock.deploy.standing import pending_files
from airlock.errors import ServerError
from airlock.model.event import Event, Finished
from airlock.model.failure import Failure, StatementRefused
from airlock.model.finding import Finding, Level
from airlock.model.migration import Migration, Project
from airlock.model.names import few
from airlock.model.script import Statement, segments
from airlock.report.values.deploy import DeployReport, FileRun, PlannedFile, SeedsReport, Stage

if TYPE_CHECKING:
    from airlock.app.proofs import Proved
    from airlock.server.connect import Session

_ReportT = TypeVar("_ReportT", bound=DeployReport)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the command line asks for."""

    dry_run: bool = False
    seeds: bool = False
    tell_stale_seeds: bool = False
    allow_out_of_order: bool = False
    proof: bool = True
    agree: Callable[[Sequence[Migration]], None] = lambda _: None
    """Raises where the pending files, or the database, are not what a plan was made for."""


def roll_out(
    workspace: Workspace, environment: Environment, wishes: Wishes, kind: type[_ReportT]
) -> _ReportT:
    """Apply what is pending, and report it.

    Raises:
        Refused: files and history do not fit together, or another airlock is at work.
    """
    return _Rollout(workspace=workspace, environment=environment, wishes=wishes).run(kind)


@dataclass(slots=True, kw_only=True)
class _Rollout:
    """A rollout under way, and what it came to know."""

    workspace: Workspace
    environment: Environment
    wishes: Wishes
    created: bool = False
    pending: tuple[Migration, ...] = ()
    """What would run, or is left to run."""
    ran: list[FileRun] = field(default_factory=list)
    proved: Proved | None = None
    proved_order: tuple[Migration, ...] = ()
    proving_s: float = 0.0
    findings: tuple[Finding, ...] = ()
    remarks: tuple[Finding, ...] = ()
    major: int | None = None
    """Of the environment's server, once it is known."""
    seeds: SeedsReport = field(default_factory=SeedsReport)
    failure: Failure | None = None
    stage: Stage = Stage.MIGRATIONS

    def run(self, kind: type[_ReportT]) -> _ReportT:
        began = time.perf_counter()
        project = self.workspace.runnable
        try:
            self._run(project)
        except StatementRefused as refused:
            self.failure = refused.failure
        return kind(
            environment=self.environment.name,
            place=self.workspace.place(self.environment, Use.DEPLOY),
            created=self.created,
            dry_run=self.wishes.dry_run,
            before=len(project.migrations) - len(self.pending) - len(self.ran),
            applied=tuple(self.ran),
            pending=tuple(planned(migration) for migration in self.pending),
            seconds=time.perf_counter() - began - self.proving_s,
            proof=self.proved.proof if self.proved else None,
            seeds=self.seeds,
            findings=self._all_findings(),
            failure=self.failure,
            failed_in=self.stage if self.failure else None,
        )

    def _run(self, project: Project) -> None:
        workspace, environment = self.workspace, self.environment
        if not workspace.exists(environment):
            # Proved before the database is made: what fails leaves nothing behind.
            self.pending = project.migrations
            self.wishes.agree(project.migrations)
            self._prove(project.migrations)
            if self.wishes.dry_run:
                return
            self.created = workspace.ensure(environment)
        with workspace.session(environment, Use.DEPLOY) as session:
            self.major = session.server_major
            try:
                self._deploy(session, project)
                self._run_seeds(session, project)
            except StatementRefused:
                self.pending = pending_files(read_standings(session, project))
                raise

    def _deploy(self, session: Session, project: Project) -> None:
        done = deploy(
            session,
            project,
            environment=self.environment.name,
            tool=f"airlock {airlock.__version__}",
            listener=self._hear,
            prove=self._prove,
            agree=self.wishes.agree,
            allow_out_of_order=self.wishes.allow_out_of_order,
            dry_run=self.wishes.dry_run,
        )
        self.findings = done.findings
        self.pending = done.pending if self.wishes.dry_run else ()

    def _run_seeds(self, session: Session, project: Project) -> None:
        self.stage = Stage.SEEDS
        if self.wishes.seeds and not self.wishes.dry_run:
            done = run_seeds(
                session,
                project.seeds,
                environment=self.environment.name,
                listener=self.workspace.progress,
            )
            self.seeds = SeedsReport(
                ran=tuple(file_run(each) for each in done.ran), unchanged=len(done.unchanged)
            )
            self.findings += tuple(finding for each in done.ran for finding in each.findings)
        elif self.wishes.seeds or self.wishes.tell_stale_seeds:
            stale = stale_seeds(session, project.seeds)
            self.seeds = SeedsReport(
                stale=tuple(seed.path for seed in stale),
                unchanged=len(project.seeds) - len(stale),
            )

    def _prove(self, migrations: Sequence[Migration]) -> tuple[Finding, ...]:
        if not self.wishes.proof or not migrations:
            return ()
        if self.proved and tuple(migrations) == self.proved_order:
            return self.proved.findings
        from airlock.app.proofs import prove

        self._compare_majors()
        began = time.perf_counter()
        self.stage = Stage.PROOF
        try:
            self.proved = prove(self.workspace, migrations)
            self.proved_order = tuple(migrations)
        finally:
            self.proving_s = time.perf_counter() - began
        self.stage = Stage.MIGRATIONS
        return self.proved.findings

    def _compare_majors(self) -> None:
        """Say that the environment's server is of another major than the one that proves.

        Raises:
            ServerError: it is, and the majors must be the same.
        """
        finding = major_finding(self.workspace, self.environment, self.major)
        if finding is None:
            return
        if self.workspace.config.strict_major:
            raise ServerError(finding.message, hint=finding.fix)
        self.remarks = (finding,)

    def _hear(self, event: Event) -> None:
        if isinstance(event, Finished):
            self.ran.append(file_run(event))
        self.workspace.progress(event)

    def _all_findings(self) -> tuple[Finding, ...]:
        """Put together what the proof and the run found in files that are new here, once each."""
        new = {run.path for run in self.ran} | {migration.path for migration in self.pending}
        proved = self.proved.findings if self.proved else ()
        about_new = [f for f in proved if f.where is not None and f.where.path in new]
        engine = self.workspace.engine_findings if self.proved else ()
        configured = self.workspace.config.findings
        found = {
            f.key: f for f in (*configured, *engine, *self.remarks, *about_new, *self.findings)
        }
        return tuple(found.values())


def major_finding(
    workspace: Workspace, environment: Environment, major: int | None
) -> Finding | None:
    """Say that an environment's server is of another major than the one that proves."""
    engine = workspace.engine
    if major is None or major == engine.major or environment.embedded:
        return None
    return Finding(
        code="proof-major",
        level=Level.WARNING,
        message=f"{environment.name} is Postgres {major}, the proof runs on {engine.version}",
        key=f"proof-major:{environment.name}",
        why="What one version accepts, another can refuse.",
        fix=workspace.fix_for_major(major),
    )


def planned(migration: Migration) -> PlannedFile:
    """Say how a file would run."""
    from airlock.sources.sqltext import cut

    script = cut(migration.path, migration.raw.decode())
    groups = segments(script)
    if script.controls_transactions:
        texts: tuple[str, ...] = ("as written: the file has its own BEGIN and COMMIT",)
    elif len(groups) == 1 and groups[0].transactional:
        texts = ("one transaction",)
    else:
        texts = tuple(
            f"{len(group.statements)} in a transaction: {_tags(group.statements)}"
            if group.transactional
            else f"by itself: {_tags(group.statements)}"
            for group in segments(script, boundaries=True)
        )
    return PlannedFile(path=migration.path, version=migration.version, transactions=texts)


def file_run(event: Finished) -> FileRun:
    """Return what a report says of a file that ran."""
    return FileRun(path=event.file.path, seconds=event.seconds, how=event.how)


def _tags(statements: Sequence[Statement]) -> str:
    return few(list(dict.fromkeys(statement.tag or "statement" for statement in statements)))
