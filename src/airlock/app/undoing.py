"""What `airlock check` has to say of the rollbacks of pending migrations, kept once it is known."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from airlock.app.proofs import recall_rollback, record_rollback
from airlock.app.status import Look
from airlock.app.trials import Trial, read, undo_all, write
from airlock.app.workspace import LOCAL, Workspace
from airlock.deploy import standing
from airlock.errors import AirlockError, ConnectionFailed, Interrupted, Location, ProjectError
from airlock.model.finding import Finding, Level
from airlock.model.migration import Migration
from airlock.model.rollback import Grade
from airlock.report.values.base import Reach
from airlock.report.values.rollback import Prepared, RollbackCheck, RollbackChecks
from airlock.server.baseline import baseline_id
from airlock.sources.project import rollback_path

if TYPE_CHECKING:
    from airlock.deploy.undo import Undone

AT_MOST = 10
"""So many of the newest pending migrations have their rollbacks tried by a check: each takes the
time of three dumps."""
_DIFFERENCE = 12
"""Lines of a difference that a finding shows."""
_UNTRIED = "rollback-untried"
_PASSING = frozenset({"53", "55", "57", "58"})
"""Classes of SQLSTATE that say something of the moment: no room, a lock, a server going down."""


def load() -> None:
    """Load all that a trial needs; it takes a third of a second."""
    from airlock.deploy import undo  # noqa: F401
    from airlock.kinds import registry

    registry()


def pending(workspace: Workspace, looks: Sequence[Look]) -> list[int]:
    """Return the numbers of the migrations that are pending somewhere that is known.

    Local counts where nothing is known of any other environment: what only local lacks is beyond
    preparing.
    """
    known = [each for each in looks if each.status.reach in {Reach.REACHED, Reach.ABSENT}]
    others = [each for each in known if each.status.name != LOCAL]
    versions = {
        migration.version
        for each in others or known
        for migration in standing.pending_files(each.standings)
    }
    migrations = workspace.runnable.migrations
    return [i for i, migration in enumerate(migrations) if migration.version in versions]


def look_after(
    workspace: Workspace, wanted: Sequence[int], *, fix: bool
) -> tuple[RollbackChecks, tuple[Finding, ...]]:
    """Prove the rollbacks of pending migrations; with `fix`, those that are missing are written.

    What was proved before, of exactly these files, is not tried again. One that cannot be tried
    is part of what is said, not an error.

    Raises:
        ProjectError: a file cannot be written.
        ConnectionFailed: the server is gone.
    """
    began = time.perf_counter()
    desk = _Desk(workspace=workspace)
    open_ = [index for index in wanted if not desk.recall(index)]
    newest = wanted[-AT_MOST:]
    chosen = [
        index
        for index in newest
        if index in open_ or (fix and desk.known[index].prepared is Prepared.PLANNED)
    ]
    desk.attempt([index for index in chosen if index not in desk.unreadable], fix=fix)
    rollbacks = tuple(desk.known[index] for index in sorted(desk.known))
    checks = RollbackChecks(
        rollbacks=rollbacks,
        pending=len(wanted),
        tried=len(desk.tried),
        seconds=time.perf_counter() - began,
    )
    return checks, tuple(desk.findings[index] for index in sorted(desk.findings))


def keep(workspace: Workspace, trial: Trial, prepared: Prepared, *, text: str | None) -> None:
    """Note down what came of a trial; `text` is what stands in the rollback's file now."""
    index = workspace.runnable.migrations.index(trial.migration)
    _Desk(workspace=workspace).keep(index, trial, prepared, text=text)


@dataclass(slots=True, kw_only=True)
class _Desk:
    """Where what is known of rollbacks comes together, by number of the migration."""

    workspace: Workspace
    known: dict[int, RollbackCheck] = field(default_factory=dict)
    findings: dict[int, Finding] = field(default_factory=dict)
    tried: set[int] = field(default_factory=set)
    unreadable: set[int] = field(default_factory=set)
    links: list[str] = field(init=False)

    def __post_init__(self) -> None:
        from airlock.sources.shadow import chains

        workspace = self.workspace
        expose = workspace.config.expose_new_tables
        baseline = baseline_id(workspace.baseline, expose_new_tables=expose)
        self.links = chains(workspace.engine.id, baseline, workspace.runnable.migrations)

    def recall(self, index: int) -> bool:
        """Take over what is on record of a rollback; return whether anything is."""
        migration = self.workspace.runnable.migrations[index]
        try:
            text = read(self.workspace, migration)
        except ProjectError as error:
            self.unreadable.add(index)
            self.findings[index] = _unreadable(migration, error)
            return False
        tree = recall_rollback(self.workspace, self._name(index, text))
        if tree is None:
            return False
        texts = {migration.path: migration.raw}
        if migration.rollback is not None and text is not None:
            texts[migration.rollback] = text.encode()
        try:
            known = self._check(migration, tree)
            finding = Finding.from_json(tree["finding"], texts) if tree["finding"] else None
        except (KeyError, TypeError, ValueError):
            return False
        self.known[index] = known
        if finding is not None:
            self.findings[index] = finding
        return True

    def attempt(self, wanted: Sequence[int], *, fix: bool) -> None:
        """Try rollbacks, and write those that are missing if that is asked for."""
        if not wanted:
            return
        migrations = self.workspace.runnable.migrations
        with closing(undo_all(self.workspace, wanted)) as trials:
            while trial := self._next(trials):
                index = migrations.index(trial.migration)
                self.tried.add(index)
                prepared, text = _came_of(trial), trial.written
                if fix and prepared is Prepared.PLANNED:
                    prepared, text = Prepared.WRITTEN, write(self.workspace, trial)
                self.keep(index, trial, prepared, text=text)

    def _next(self, trials: Iterator[Trial]) -> Trial | None:
        """Try one more; what keeps all of them from being tried is said once."""
        try:
            return next(trials, None)
        except (ConnectionFailed, Interrupted):
            raise
        except AirlockError as error:
            self.findings[len(self.links)] = _untried(error)
            return None

    def keep(self, index: int, trial: Trial, prepared: Prepared, *, text: str | None) -> None:
        """Say what came of a trial, and note it down."""
        migration, undone = trial.migration, trial.undone
        path = rollback_path(self.workspace.project, migration)
        finding = _finding(undone, migration, path, prepared)
        way = undone.reverse
        tree = {
            "prepared": prepared.value,
            "grade": way.grade.value if way else None,
            "reservations": list(undone.reservations),
            "finding": finding.as_json() if finding else None,
        }
        self.known[index] = self._check(migration, tree)
        if finding is not None:
            self.findings[index] = finding
        if undone.failure is not None and undone.failure.sqlstate[:2] in _PASSING:
            return
        # What is new now is kept the next time.
        kept = Prepared.KEPT if prepared is Prepared.WRITTEN else prepared
        record_rollback(self.workspace, self._name(index, text), tree | {"prepared": kept.value})

    def _check(self, migration: Migration, tree: Mapping[str, Any]) -> RollbackCheck:
        return RollbackCheck(
            version=migration.version,
            path=migration.path,
            rollback=rollback_path(self.workspace.project, migration),
            prepared=Prepared(tree["prepared"]),
            grade=Grade(tree["grade"]) if tree["grade"] else None,
            reservations=tuple(tree["reservations"]),
        )

    def _name(self, index: int, text: str | None) -> str:
        """Return the hash of all that a proof is of: the history so far, and the rollback."""
        file = "" if text is None else hashlib.sha256(text.encode()).hexdigest()
        return hashlib.sha256(f"rollback\0{self.links[index + 1]}\0{file}".encode()).hexdigest()


def _came_of(trial: Trial) -> Prepared:
    if trial.written is not None:
        return Prepared.KEPT if trial.undone.proved else Prepared.REFUSED
    return Prepared.PLANNED if trial.undone.proved else Prepared.FAILED


def _finding(undone: Undone, migration: Migration, path: str, prepared: Prepared) -> Finding | None:
    """Return what is to be said of a rollback that is not proved."""
    if undone.proved:
        return None
    failure = undone.failure
    where = failure.where if failure else Location(path=path if undone.residue else migration.path)
    reason = "".join(_reason(undone))
    if prepared is Prepared.REFUSED:
        code, level = "rollback-refused", Level.ERROR
        message = f"{path} does not undo {migration.path}: {reason}"
        fix = f"Mend it, or let it be written anew: airlock rollback prepare {migration.version} "
        fix += "--rewrite"
    else:
        code, level = "rollback-unproved", Level.WARNING
        message = f"no way back from {migration.path} was proved: {reason}"
        fix = f"Write {path} by hand; airlock check proves it."
    return Finding(
        code=code,
        level=level,
        message=message,
        key=f"{code}:{migration.path}",
        where=where,
        source=failure.text if failure else "",
        length=failure.length if failure else 1,
        why=_difference(undone.residue),
        fix=fix,
    )


def _reason(undone: Undone) -> Iterator[str]:
    if undone.sql is None:
        yield undone.unplanned or "none was planned"
        return
    if undone.again:
        yield "when the migration runs again after it, "
    if undone.failure is not None:
        state = f" (SQLSTATE {undone.failure.sqlstate})" if undone.failure.sqlstate else ""
        yield f"{undone.failure.message}{state}"
    else:
        yield "the schema is not what it was"


def _difference(residue: Sequence[str]) -> str | None:
    lines = [line for text in residue for line in text.splitlines()]
    if not lines:
        return None
    shown = lines[:_DIFFERENCE]
    more = [f"… {len(lines) - len(shown):,} more"] if len(lines) > len(shown) else []
    return "\n".join(["pg_dump sees", *(f"  {line}" for line in shown), *more])


def _unreadable(migration: Migration, error: ProjectError) -> Finding:
    return Finding(
        code="rollback-unreadable",
        level=Level.ERROR,
        message=error.message,
        key=f"rollback-unreadable:{migration.rollback}",
        where=error.where,
        fix=error.hint,
    )


def _untried(error: AirlockError) -> Finding:
    return Finding(
        code=_UNTRIED,
        level=Level.WARNING,
        message=f"rollbacks were not tried: {error.message}",
        key=_UNTRIED,
        where=error.where,
        fix=error.hint,
    )
