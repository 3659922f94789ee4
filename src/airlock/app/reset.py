"""`airlock reset`: rebuild the local database from the files."""

from __future__ import annotations

import time

import airlock
from airlock.app.deploy import refuse_protected
from airlock.app.rollout import file_run
from airlock.app.site import Site
from airlock.app.workspace import LOCAL, Workspace
from airlock.config import Environment, Use
from airlock.deploy.execute import deploy
from airlock.deploy.seeds import run_seeds
from airlock.errors import Refused
from airlock.model.failure import StatementRefused
from airlock.model.finding import Finding
from airlock.report.values.deploy import ResetReport, SeedsReport, Stage
from airlock.server.connect import connect


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
    """Build the database anew under another name, swap it in, then run the seeds.

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
    project = workspace.runnable
    began = time.perf_counter()
    findings: tuple[Finding, ...] = ()
    done, failure = SeedsReport(), None
    stage = Stage.MIGRATIONS
    try:
        findings = _rebuild(workspace, local)
        stage = Stage.SEEDS
        seconds = time.perf_counter() - began
        if seeds:
            done, found = _seed(workspace, local)
            findings += found
    except StatementRefused as refused:
        failure = refused.failure
        seconds = time.perf_counter() - began
    return ResetReport(
        environment=local.name,
        place=workspace.place(local),
        total=len(project.migrations),
        seconds=seconds,
        seeds=done,
        findings=findings,
        failure=failure,
        failed_in=stage if failure else None,
    )


def _rebuild(workspace: Workspace, local: Environment) -> tuple[Finding, ...]:
    fresh = workspace.databases.replacing(
        workspace.database(local),
        baseline=workspace.baseline,
        expose_new_tables=workspace.config.expose_new_tables,
        project=str(workspace.config.root),
    )
    with fresh as name, connect(workspace.environments.address(name, label=local.name)) as session:
        return deploy(
            session,
            workspace.project,
            environment=local.name,
            tool=f"airlock {airlock.__version__}",
            listener=workspace.progress,
        ).findings


def _seed(workspace: Workspace, local: Environment) -> tuple[SeedsReport, tuple[Finding, ...]]:
    with workspace.session(local, Use.DEPLOY) as session:
        done = run_seeds(
            session,
            workspace.project.seeds,
            environment=local.name,
            listener=workspace.progress,
        )
    return (
        SeedsReport(ran=tuple(file_run(each) for each in done.ran), unchanged=len(done.unchanged)),
        tuple(finding for each in done.ran for finding in each.findings),
    )
