"""`airlock reset`: rebuild the local database from the files."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import airlock
from airlock.app.deploy import refuse_protected
from airlock.app.rollout import file_run
from airlock.app.site import Site
from airlock.app.workspace import LOCAL, Workspace
from airlock.config import Environment
from airlock.deploy.execute import deploy
from airlock.deploy.seeds import run_seeds
from airlock.errors import Refused
from airlock.model.failure import StatementRefused
from airlock.model.finding import Finding
from airlock.report.values.deploy import ResetReport, SeedsReport, Stage
from airlock.server.connect import Session, connect


class NotOurs(Refused):
    """The local database lives on a server that is not Airlock's."""

    code = "not-embedded"

    def __init__(self) -> None:
        super().__init__(
            "local has a URL: reset would drop a database on a server that is not Airlock's. "
            "Nothing was changed.",
            hint="Drop and create the database yourself, then run airlock up --seeds. Or take the "
            "url out of [environments.local], and local lives on Airlock's own server.",
        )


def reset(site: Site, *, seeds: bool) -> ResetReport:
    """Build the database anew under another name, run the seeds there, then swap it in.

    When a file fails, the old database stays as it was.

    Raises:
        NotOurs: local lives on another server.
    """
    with Workspace.open(site) as workspace:
        local = workspace.config.environment(LOCAL)
        refuse_protected(local)
        if not local.embedded:
            raise NotOurs
        return _reset(workspace, local, seeds=seeds)


def _reset(workspace: Workspace, local: Environment, *, seeds: bool) -> ResetReport:
    total = len(workspace.runnable.migrations)
    began = time.perf_counter()
    building = _Building(workspace=workspace, local=local, seeds=seeds)
    failure = None
    try:
        building.run()
    except StatementRefused as refused:
        failure = refused.failure
    return ResetReport(
        environment=local.name,
        place=workspace.place(local),
        total=total,
        seconds=time.perf_counter() - began,
        seeds=building.seeded,
        findings=building.findings,
        failure=failure,
        failed_in=building.stage if failure else None,
    )


@dataclass(slots=True, kw_only=True)
class _Building:
    """A database in the making; it takes the old one's place when all of its files have run."""

    workspace: Workspace
    local: Environment
    seeds: bool
    stage: Stage = Stage.MIGRATIONS
    findings: tuple[Finding, ...] = ()
    seeded: SeedsReport = field(default_factory=SeedsReport)

    def run(self) -> None:
        workspace, name = self.workspace, self.local.name
        fresh = workspace.databases.replacing(
            workspace.database(self.local),
            baseline=workspace.baseline,
            expose_new_tables=workspace.config.expose_new_tables,
            project=str(workspace.config.root),
        )
        with (
            fresh as database,
            connect(workspace.environments.address(database, label=name)) as session,
        ):
            self.findings = deploy(
                session,
                workspace.project,
                environment=name,
                tool=f"airlock {airlock.__version__}",
                listener=workspace.progress,
            ).findings
            self.stage = Stage.SEEDS
            if self.seeds:
                self._seed(session)

    def _seed(self, session: Session) -> None:
        done = run_seeds(
            session,
            self.workspace.project.seeds,
            environment=self.local.name,
            listener=self.workspace.progress,
        )
        self.seeded = SeedsReport(
            ran=tuple(file_run(each) for each in done.ran), unchanged=len(done.unchanged)
        )
        self.findings += tuple(finding for each in done.ran for finding in each.findings)
