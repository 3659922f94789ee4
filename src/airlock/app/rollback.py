"""`airlock rollback prepare`: the SQL that undoes a migration, proved."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from airlock.app.site import Site
from airlock.app.status import look
from airlock.app.workspace import LOCAL, Workspace
from airlock.config.values import suggestion
from airlock.deploy import standing
from airlock.errors import ProjectError, UsageError
from airlock.model.event import Finished, Started
from airlock.model.migration import How, Migration
from airlock.model.names import few
from airlock.report.values.base import Reach
from airlock.report.values.rollback import Prepared, RollbackOf, RollbackReport
from airlock.sources.project import rollback_path

if TYPE_CHECKING:
    from airlock.deploy.undo import Undone, Walk


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
        done = tuple(
            _settled(workspace, each, rewrite=rewrite)
            for each in undo_all(workspace, wanted, rewrite=rewrite)
        )
        engine = workspace.engine
        return RollbackReport(
            server=f"Postgres {engine.version} ({engine.origin.value})",
            rollbacks=done,
            seconds=time.perf_counter() - began,
            findings=(*workspace.config.findings, *workspace.engine_findings),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A rollback that was tried; `written` is the file that was there, if one was."""

    migration: Migration
    undone: Undone
    written: str | None
    seconds: float


def undo_all(
    workspace: Workspace, wanted: Sequence[int], *, rewrite: bool = False
) -> Iterator[Trial]:
    """Try the way back from each of these migrations, in order; they are numbers in the history.

    Raises:
        StatementRefused: a migration fails.
    """
    yield from _Walker(workspace=workspace, rewrite=rewrite).run(sorted(wanted))


@dataclass(slots=True, kw_only=True)
class _Walker:
    """Walks databases through the history; one that is spoilt is left, and the next begins."""

    workspace: Workspace
    rewrite: bool
    migrations: Sequence[Migration] = field(init=False)

    def __post_init__(self) -> None:
        self.migrations = self.workspace.runnable.migrations

    def run(self, wanted: Sequence[int]) -> Iterator[Trial]:
        left = list(wanted)
        while left:
            for trial in self._walk(left):
                left.remove(self.migrations.index(trial.migration))
                yield trial

    def _walk(self, wanted: Sequence[int]) -> Iterator[Trial]:
        """Go as far as the database stays what it should be."""
        from airlock.deploy.undo import Walk
        from airlock.server.connect import connect
        from airlock.server.dump import dumper

        first, last = wanted[0], wanted[-1]
        template, roles = start(self.workspace, self.migrations[:first])
        databases = self.workspace.stock.databases
        with databases.shadow(template) as name:
            address = databases.cluster.address(name, label="shadow")
            with connect(address) as session:
                build = dumper(session.server_major, home=self.workspace.home)
                walk = Walk(session=session, build=build, own_roles=roles)
                for index in range(first, last + 1):
                    if index not in wanted:
                        walk.pass_by(self.migrations[index])
                        continue
                    yield self._try(walk, index)
                    if not walk.clean:
                        return

    def _try(self, walk: Walk, index: int) -> Trial:
        migration, total = self.migrations[index], len(self.migrations)
        began = time.perf_counter()
        self.workspace.progress(Started(file=migration, index=index + 1, total=total))
        written = None if self.rewrite else _read(self.workspace, migration)
        undone = walk.undo(migration, written=written)
        seconds = time.perf_counter() - began
        self.workspace.progress(
            Finished(
                file=migration,
                index=index + 1,
                total=total,
                seconds=seconds,
                how=How.TRANSACTION,
            )
        )
        return Trial(migration=migration, undone=undone, written=written, seconds=seconds)


def start(workspace: Workspace, migrations: Sequence[Migration]) -> tuple[str, set[str]]:
    """Return a database that holds these files, to be copied, and the roles that they made.

    Raises:
        StatementRefused: one of them fails.
    """
    from airlock.sources.shadow import replay

    stock = workspace.stock
    if migrations:
        done = replay(migrations, stock=stock, listener=workspace.progress)
        entry = stock.databases.cached([done.chain])
        assert entry is not None, "a replay keeps what it has made"
        return entry.database, set(entry.facts["roles"])
    baseline = stock.databases.baseline(stock.baseline, expose_new_tables=stock.expose_new_tables)
    return baseline, set()


def _wanted(workspace: Workspace, versions: Sequence[str], *, every: bool) -> list[int]:
    """Return the numbers of the migrations that are meant."""
    migrations = workspace.runnable.migrations
    if every:
        return list(range(len(migrations)))
    if versions:
        return [_index(migrations, version) for version in dict.fromkeys(versions)]
    pending: set[str] = set()
    for environment in workspace.config.environments:
        seen = look(workspace, environment)
        known = seen.status.reach in {Reach.REACHED, Reach.ABSENT}
        if known and (environment.name != LOCAL or len(workspace.config.environments) == 1):
            pending |= {each.version for each in standing.pending_files(seen.standings)}
    return [i for i, migration in enumerate(migrations) if migration.version in pending]


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


def _read(workspace: Workspace, migration: Migration) -> str | None:
    """Return the rollback that is there; its text has to be UTF-8 as a migration's has."""
    from airlock.sources import files

    if migration.rollback is None:
        return None
    return files.read(workspace.config.root / migration.rollback, migration.rollback).decode()


def _settled(workspace: Workspace, trial: Trial, *, rewrite: bool) -> RollbackOf:
    """Write the file of a rollback that is proved and new; return what is to be said."""
    migration, undone = trial.migration, trial.undone
    path = rollback_path(workspace.project, migration)
    if trial.written is not None and not rewrite:
        prepared = Prepared.KEPT if undone.proved else Prepared.REFUSED
    elif undone.proved:
        prepared = Prepared.WRITTEN
        write(workspace, trial)
    else:
        prepared = Prepared.FAILED
    return RollbackOf(
        version=migration.version,
        path=migration.path,
        rollback=path,
        prepared=prepared,
        grade=undone.reverse.grade,
        reservations=tuple(each.text for each in undone.reverse.reservations),
        residue=undone.residue,
        failure=undone.failure,
        again=undone.again,
        seconds=trial.seconds,
    )


def write(workspace: Workspace, trial: Trial) -> str:
    """Write the file of a proved rollback and return its path.

    Raises:
        ProjectError: it cannot be written.
    """
    from airlock.deploy.undo import header

    engine = workspace.engine
    path = rollback_path(workspace.project, trial.migration)
    text = header(
        trial.undone,
        migration=trial.migration,
        server=f"Postgres {engine.version} ({engine.origin.value})",
    )
    place = workspace.config.root / path
    body = trial.undone.sql or "-- The migration changes nothing of the schema.\n"
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"{text}\n{body}", encoding="utf-8")
    except OSError as error:
        raise ProjectError(
            f"{path} cannot be written: {error.strerror or error}",
            hint="Check the rights of the folder and the room on its disk.",
        ) from None
    return path
