"""Bring an environment up to date: one deployment at a time, one file after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from airlock.deploy.history import (
    MigrationLedger,
    ensure_history,
    read_history,
    stored_statements,
)
from airlock.deploy.standing import HistoryRefused, obstacles, remarks, standings
from airlock.errors import Busy
from airlock.model.event import Finished, Listener, Started, ignore
from airlock.model.failure import StatementRefused
from airlock.model.finding import Finding
from airlock.model.migration import (
    Applied,
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

_LOCK_KEY = 0x61_69_72_6C_6F_63_6B  # "airlock"
_POLL_S = 0.1
_TO_RUN = frozenset({State.PENDING, State.OUT_OF_ORDER, State.HALF_APPLIED})


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
    foreign = [row.version for row in applied if row.recorded and not row.whole]
    stored = stored_statements(session, foreign) if foreign else {}

    def same_meaning(migration: Migration, row: Applied) -> bool:
        from airlock.deploy.meaning import (  # noqa: PLC0415 - rarely needed
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
    allow_out_of_order: bool = False,
    dry_run: bool = False,
    wait_s: float = 10,
) -> Deployment:
    """Apply what is pending.

    `prove` is called with the files in the order in which the database will have run them, those
    applied before first; it raises when they do not stand the proof.

    Raises:
        HistoryRefused: files and history do not fit together; nothing was changed.
        Busy: another airlock deploys to this database and did not end within `wait_s`.
        StatementRefused: Postgres refused a statement; files before it stay applied.
    """
    began = time.perf_counter()
    plan = _plan(session, project, environment, allow_out_of_order=allow_out_of_order)
    if plan.pending:
        prove((*plan.applied, *plan.pending))
    if not plan.pending or dry_run:
        return _deployment(plan, (), began)
    with _deployment_lock(session, environment, wait_s):
        # Another deployment may have ended while this one waited.
        plan = _plan(session, project, environment, allow_out_of_order=allow_out_of_order)
        if plan.pending:
            ensure_history(session)
        finished = tuple(_apply_all(session, plan, tool, listener))
    return _deployment(plan, finished, began)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    applied: tuple[Migration, ...]
    pending: tuple[Migration, ...]
    half: dict[str, Applied]
    findings: tuple[Finding, ...]


def _plan(
    session: Session, project: Project, environment: str, *, allow_out_of_order: bool
) -> _Plan:
    found = read_standings(session, project)
    forbidden = obstacles(found, environment=environment, allow_out_of_order=allow_out_of_order)
    if forbidden:
        raise HistoryRefused(environment, forbidden)
    return _Plan(
        applied=tuple(
            s.migration for s in found if s.migration is not None and s.state not in _TO_RUN
        ),
        pending=tuple(s.migration for s in found if s.migration is not None and s.state in _TO_RUN),
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
    from airlock.server.statements import Runner  # noqa: PLC0415 - nothing pending needs none
    from airlock.sources.ahead import Ahead  # noqa: PLC0415 - as above

    runner = Runner(session)
    total = len(plan.pending)
    with Ahead(lambda each: _prepare(each, tool, plan), plan.pending) as prepared:
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
    from airlock.sources.advice import advised  # noqa: PLC0415 - it imports the parser

    try:
        return runner.run(script, ledger)
    except StatementRefused as refused:
        failure = refused.failure
    raise advised(failure, (*plan.applied, *plan.pending))


def _prepare(migration: Migration, tool: str, plan: _Plan) -> tuple[Script, MigrationLedger]:
    """Cut a file, and make what is written down of it."""
    from airlock.deploy.meaning import Beginnings  # noqa: PLC0415 - as above
    from airlock.sources.sqltext import (  # noqa: PLC0415
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


@contextmanager
def _deployment_lock(session: Session, environment: str, wait_s: float) -> Iterator[None]:
    """Hold the database's one deployment lock.

    It is polled: a session that waits in `pg_advisory_lock` is a transaction that CREATE INDEX
    CONCURRENTLY of the holder waits for, and both would deadlock.
    """
    deadline = time.monotonic() + wait_s
    while not session.fetch("select pg_try_advisory_lock(%s)", (_LOCK_KEY,))[0][0]:
        if time.monotonic() >= deadline:
            raise _busy(session, environment)
        time.sleep(_POLL_S)
    try:
        yield
    finally:
        # What runs here may have failed in ways that leave a transaction open.
        session.abandon()
        if not session.closed:
            session.execute("select pg_advisory_unlock(%s)", (_LOCK_KEY,))


def _busy(session: Session, environment: str) -> Busy:
    rows = session.fetch(
        """
        select
          a.pid,
          a.usename,
          coalesce(host(a.client_addr), 'this machine'),
          date_trunc('second', clock_timestamp() - a.backend_start)::text
        from pg_catalog.pg_locks l
        join pg_catalog.pg_database d on d.oid = l.database
        left join pg_catalog.pg_stat_activity a on a.pid = l.pid
        where l.locktype = 'advisory'
          and l.granted
          and d.datname = current_database()
          and (l.classid::bigint << 32) | l.objid::bigint = %s
        """,
        (_LOCK_KEY,),
    )
    holder = ""
    for pid, user, host, age in rows:
        # Of another role's session no more than the process is shown.
        since = f", connected for {age}" if age else ""
        holder = f": server process {pid} ({user} from {host}{since})"
    return Busy(
        f"another airlock is deploying to {environment}{holder}",
        hint="Wait for it to end, then run the same command again.",
    )
