"""Bring an environment up to date: one deployment at a time, one file after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from airlock.deploy.boundary import refuse_answers
from airlock.deploy.history import (
    MigrationLedger,
    ensure_history,
    read_history,
    stored_statements,
)
from airlock.deploy.lock import deployment_lock
from airlock.deploy.standing import (
    HistoryRefused,
    applied_files,
    obstacles,
    pending_files,
    remarks,
    standings,
)
from airlock.errors import Busy
from airlock.model.event import Finished, Listener, Started, ignore
from airlock.model.failure import StatementRefused
from airlock.model.finding import Finding
from airlock.model.migration import (
    Applied,
    How,
    Migration,
    Project,
    Standing,
    State,
    version_key,
)
from airlock.model.script import Script
from airlock.server.connect import Session

if TYPE_CHECKING:
    from airlock.server.statements import Run, Runner


class OrderChanged(Busy):
    """Another deployment made the order in which the files run another than the proved one."""

    def __init__(self, environment: str) -> None:
        super().__init__(
            f"another airlock deployed to {environment} meanwhile, and what is pending would run "
            "in an order that was not proved; nothing was changed",
            hint="Run the same command again: it proves the order as it is now.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What a deployment did, or with `dry_run` would do."""

    pending: tuple[Migration, ...]
    """What had to run, in order."""
    finished: tuple[Finished, ...]
    """What ran; empty in a dry run."""
    findings: tuple[Finding, ...]
    seconds: float


def read_standings(session: Session, project: Project) -> tuple[Standing, ...]:
    """Hold the project's files against the history of the session's database; writes nothing."""
    applied = read_history(session)
    # Of a version that no file has nothing is to be held against; its statements may hold rows.
    known = {migration.version for migration in project.migrations}
    foreign = [r.version for r in applied if r.recorded and not r.whole and r.version in known]
    stored = stored_statements(session, foreign) if foreign else {}

    def same_meaning(migration: Migration, row: Applied) -> bool:
        from airlock.deploy.meaning import (
            same_as_stored,
            same_beginning,
            same_file,
        )

        if row.half:
            return same_beginning(migration, row)
        if row.whole:
            return same_file(migration, row)
        if row.version not in stored:
            # Recorded without its text: there is nothing to hold the file against.
            return True
        return same_as_stored(migration, stored[row.version])

    return standings(
        project.migrations,
        applied,
        same_meaning=same_meaning,
        version_key=lambda version: version_key(project.layout, version),
    )


def deploy(
    session: Session,
    project: Project,
    *,
    environment: str,
    tool: str,
    listener: Listener = ignore,
    prove: Callable[[Sequence[Migration]], tuple[Finding, ...]] = lambda _: (),
    agree: Callable[[Sequence[Migration]], None] = lambda _: None,
    allow_out_of_order: bool = False,
    dry_run: bool = False,
    wait_s: float = 10,
) -> Deployment:
    """Apply what is pending.

    `prove` is called with the files in the order in which the database will have run them, those
    applied before first; it raises when they do not stand the proof.

    Raises:
        HistoryRefused: files and history do not fit together; nothing was changed.
        AnswersRefused: a file would have a protected environment answer with rows.
        Busy: another airlock deploys to this database and did not end within `wait_s`, or its
            end made the order another one than was proved.
        StatementRefused: Postgres refused a statement; files before it stay applied.
    """
    began = time.perf_counter()
    plan = _plan(session, project, environment, allow_out_of_order=allow_out_of_order)
    agree(plan.pending)
    if plan.pending:
        prove(plan.order)
    if not plan.pending or dry_run:
        return _deployment(plan, (), began)
    with deployment_lock(session, environment, wait_s):
        # Another deployment may have ended while this one waited.
        proved = plan.order
        plan = _plan(session, project, environment, allow_out_of_order=allow_out_of_order)
        if plan.pending:
            if plan.order != proved:
                raise OrderChanged(environment)
            agree(plan.pending)
            ensure_history(session)
        finished = tuple(_apply_all(session, plan, tool, listener))
    return _deployment(plan, finished, began)


def mark_applied(
    session: Session, migration: Migration, *, environment: str, tool: str, wait_s: float = 10
) -> None:
    """Record a migration whose outcome the database holds already; the file does not run.

    Raises:
        Busy: another airlock is at work on the database.
    """
    from airlock.server.ledger import write

    with deployment_lock(session, environment, wait_s):
        ensure_history(session)
        nothing = _Plan(applied=(), pending=(), half={}, findings=())
        script, ledger = _prepare(migration, tool, nothing)
        write(session, ledger.closing(How.TRANSACTION, len(script.statements)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    applied: tuple[Migration, ...]
    pending: tuple[Migration, ...]
    half: dict[str, Applied]
    findings: tuple[Finding, ...]

    @property
    def order(self) -> tuple[Migration, ...]:
        """The files as the database will have run them."""
        return (*self.applied, *self.pending)


def _plan(
    session: Session, project: Project, environment: str, *, allow_out_of_order: bool
) -> _Plan:
    found = read_standings(session, project)
    forbidden = obstacles(found, environment=environment, allow_out_of_order=allow_out_of_order)
    if forbidden:
        raise HistoryRefused(environment, forbidden)
    if session.address.protected:
        refuse_answers(pending_files(found), environment=environment)
    return _Plan(
        applied=applied_files(found),
        pending=pending_files(found),
        half={s.version: s.applied for s in found if s.state is State.HALF_APPLIED and s.applied},
        findings=remarks(found, environment=environment),
    )


def _deployment(plan: _Plan, finished: tuple[Finished, ...], began: float) -> Deployment:
    return Deployment(
        pending=plan.pending,
        finished=finished,
        findings=(*plan.findings, *(f for file in finished for f in file.findings)),
        seconds=time.perf_counter() - began,
    )


def _apply_all(session: Session, plan: _Plan, tool: str, listener: Listener) -> Iterator[Finished]:
    from airlock.server.statements import Runner
    from airlock.sources.ahead import Ahead

    prepared = Ahead(lambda each: _prepare(each, tool, plan), plan.pending)
    runner = Runner(session, meanwhile=prepared.step)
    total = len(plan.pending)
    for index, migration in enumerate(plan.pending, start=1):
        listener(Started(file=migration, index=index, total=total))
        script, ledger = next(prepared)
        run = _apply(runner, script, ledger, plan)
        done = Finished(
            file=migration,
            index=index,
            total=total,
            seconds=run.seconds,
            how=run.how,
            findings=run.findings,
        )
        listener(done)
        yield done


def _apply(runner: Runner, script: Script, ledger: MigrationLedger, plan: _Plan) -> Run:
    """Run a file and its history; a refusal comes with the fix of a common cause."""
    from airlock.sources.advice import advised

    try:
        return runner.run(script, ledger)
    except StatementRefused as refused:
        failure = refused.failure
    raise advised(failure, plan.order)


def _prepare(migration: Migration, tool: str, plan: _Plan) -> tuple[Script, MigrationLedger]:
    """Cut a file, and make what is written down of it."""
    from airlock.deploy.meaning import Beginnings
    from airlock.sources.sqltext import (
        FORMULA,
        cut,
        history_statements,
        normalised,
    )

    script = cut(migration.path, migration.raw.decode())
    half = plan.half.get(migration.version)
    ledger = MigrationLedger(
        migration=migration,
        statements=history_statements(script),
        normalised=normalised(script.text),
        formula=FORMULA,
        tool=tool,
        beginning=Beginnings(script).of,
        done=(half.done or 0) if half else 0,
        resuming=half is not None,
        unsettled=half.unsettled if half else None,
    )
    return script, ledger
