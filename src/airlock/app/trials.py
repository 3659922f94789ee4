"""Rollbacks tried on throw-away databases, and the files that come of it."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from airlock.app.workspace import Workspace
from airlock.errors import ProjectError
from airlock.model.migration import Migration
from airlock.sources.project import rollback_path

if TYPE_CHECKING:
    from airlock.deploy.undo import Undone, Walk


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A rollback that was tried; `written` is the file that was there, if one was."""

    migration: Migration
    undone: Undone
    written: str | None
    seconds: float


def undo_all(
    workspace: Workspace, wanted: Sequence[int], *, rewrite: bool = False
) -> Generator[Trial]:
    """Try the way back from each of these migrations, in order; they are numbers in the history.

    Whoever stops half-way closes it: a database is open meanwhile.

    Raises:
        StatementRefused: a migration fails.
        ProjectError: a rollback that is there cannot be read.
        ServerError: there is no pg_dump that could judge.
    """
    migrations = workspace.runnable.migrations
    written = {i: None if rewrite else read(workspace, migrations[i]) for i in wanted}
    yield from _Walker(workspace=workspace, written=written).run(sorted(wanted))


def read(workspace: Workspace, migration: Migration) -> str | None:
    """Return the rollback that is there; its text has to be UTF-8 as a migration's has.

    Raises:
        ProjectError: it cannot be read.
    """
    from airlock.sources import files

    if migration.rollback is None:
        return None
    return files.read(workspace.config.root / migration.rollback, migration.rollback).decode()


@dataclass(slots=True, kw_only=True)
class _Walker:
    """Walks databases through the history; one that is spoilt is left, and the next begins."""

    workspace: Workspace
    written: Mapping[int, str | None]
    migrations: Sequence[Migration] = field(init=False)

    def __post_init__(self) -> None:
        self.migrations = self.workspace.runnable.migrations

    def run(self, wanted: Sequence[int]) -> Generator[Trial]:
        left = list(wanted)
        while left:
            with closing(self._walk(left)) as walked:
                for trial in walked:
                    left.remove(self.migrations.index(trial.migration))
                    yield trial

    def _walk(self, wanted: Sequence[int]) -> Generator[Trial]:
        """Go as far as the database stays what it should be."""
        from airlock.deploy.undo import Walk
        from airlock.server.connect import connect
        from airlock.server.dump import dumper

        wanted = tuple(wanted)
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
        migration, written = self.migrations[index], self.written[index]
        self.workspace.progress.note(f"proving the rollback of {migration.path}")
        began = time.perf_counter()
        undone = walk.undo(migration, written=written)
        seconds = time.perf_counter() - began
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


def write(workspace: Workspace, trial: Trial) -> str:
    """Write the file of a rollback that was planned and proved, and return its text.

    Raises:
        ProjectError: it cannot be written.
    """
    from airlock.deploy.undo import header

    engine = workspace.engine
    path = rollback_path(workspace.project, trial.migration)
    head = header(
        trial.undone,
        migration=trial.migration,
        server=f"Postgres {engine.version} ({engine.origin.value})",
    )
    text = f"{head}\n{trial.undone.sql or _NOTHING}"
    place = workspace.config.root / path
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ProjectError(
            f"{path} cannot be written: {error.strerror or error}",
            hint="Check the rights of the folder and the room on its disk.",
        ) from None
    return text


_NOTHING = "-- The migration changes nothing of the schema.\n"
