"""`airlock rollback prepare`: the SQL that undoes a migration, proved."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing

from airlock.app.site import Site
from airlock.app.status import look
from airlock.app.trials import Trial, undo_all, write
from airlock.app.undoing import keep, pending
from airlock.app.workspace import Workspace
from airlock.config.values import suggestion
from airlock.errors import UsageError
from airlock.model.migration import Migration
from airlock.model.names import few
from airlock.report.values.rollback import Prepared, RollbackOf, RollbackReport
from airlock.sources.project import rollback_path


def prepare(site: Site, versions: Sequence[str], *, every: bool, rewrite: bool) -> RollbackReport:
    """Prove a rollback for each migration that is asked for, and write those that are missing.

    Raises:
        UsageError: there is no migration of that version.
        StatementRefused: a migration fails.
        ProjectError: a file cannot be read or written.
    """
    with Workspace.open(site) as workspace:
        began = time.perf_counter()
        wanted = _wanted(workspace, versions, every=every)
        with closing(undo_all(workspace, wanted, rewrite=rewrite)) as trials:
            done = tuple(_settled(workspace, each, rewrite=rewrite) for each in trials)
        engine = workspace.engine
        return RollbackReport(
            server=f"Postgres {engine.version} ({engine.origin.value})",
            rollbacks=done,
            seconds=time.perf_counter() - began,
            findings=(*workspace.config.findings, *workspace.engine_findings),
        )


def _wanted(workspace: Workspace, versions: Sequence[str], *, every: bool) -> list[int]:
    """Return the numbers of the migrations that are meant."""
    migrations = workspace.runnable.migrations
    if every:
        return list(range(len(migrations)))
    if versions:
        return [_index(migrations, version) for version in dict.fromkeys(versions)]
    looks = [look(workspace, each) for each in workspace.config.environments]
    return pending(workspace, looks)


def _index(migrations: Sequence[Migration], version: str) -> int:
    known = [migration.version for migration in migrations]
    fit = [i for i, each in enumerate(known) if each.startswith(version)]
    if version in known:
        return known.index(version)
    if len(fit) == 1:
        return fit[0]
    if fit:
        raise UsageError(
            f"more than one version starts with {version}: {few([known[i] for i in fit])}",
            hint="Write more of the one that is meant.",
        )
    raise UsageError(
        f"there is no migration with the version {version}",
        hint=suggestion(version, known) or "See what there is: airlock status",
    )


def _settled(workspace: Workspace, trial: Trial, *, rewrite: bool) -> RollbackOf:
    """Write the file of a rollback that is proved and new; return what is to be said."""
    migration, undone = trial.migration, trial.undone
    text = trial.written
    if trial.written is not None:
        prepared = Prepared.KEPT if undone.proved else Prepared.REFUSED
    elif undone.proved:
        prepared = Prepared.WRITTEN
        text = write(workspace, trial)
    else:
        prepared = Prepared.FAILED
    if not rewrite or undone.proved:
        keep(workspace, trial, prepared, text=text)
    way = undone.reverse
    return RollbackOf(
        version=migration.version,
        path=migration.path,
        rollback=rollback_path(workspace.project, migration),
        prepared=prepared,
        grade=way.grade if way else None,
        reservations=undone.reservations,
        unplanned=undone.unplanned,
        residue=undone.residue,
        failure=undone.failure,
        again=undone.again,
        seconds=trial.seconds,
    )
