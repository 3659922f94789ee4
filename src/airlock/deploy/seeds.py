"""Rows for development: seed files, each run once for each version of its bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from airlock.deploy.boundary import refuse_answers
from airlock.deploy.history import SeedLedger, ensure_history, read_seeds
from airlock.deploy.lock import deployment_lock
from airlock.model.event import Finished, Listener, Started, ignore
from airlock.model.failure import StatementRefused
from airlock.model.migration import Seed
from airlock.server.connect import Session

if TYPE_CHECKING:
    from airlock.server.statements import Run, Runner


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedRun:
    """Which seed files ran, and which had run before as they are."""

    ran: tuple[Finished, ...]
    unchanged: tuple[Seed, ...]


def stale_seeds(session: Session, seeds: Sequence[Seed]) -> tuple[Seed, ...]:
    """Return the seed files that never ran here, or not as they are now."""
    known = read_seeds(session)
    return tuple(seed for seed in seeds if known.get(seed.path) != seed.sha256)


def run_seeds(
    session: Session,
    seeds: Sequence[Seed],
    *,
    environment: str,
    listener: Listener = ignore,
    wait_s: float = 10,
) -> SeedRun:
    """Run the seed files that are new or changed, each in its own transaction.

    Raises:
        AnswersRefused: a file would have a protected environment answer with rows.
        Busy: another airlock is at work on this database and did not end within `wait_s`.
        StatementRefused: Postgres refused a statement of a seed file.
    """
    if not stale_seeds(session, seeds):
        return SeedRun(ran=(), unchanged=tuple(seeds))
    with deployment_lock(session, environment, wait_s):
        # Another airlock may have run them while this one waited.
        stale = stale_seeds(session, seeds)
        if session.address.protected:
            refuse_answers(stale, environment=environment)
        ran = tuple(_run_all(session, stale, listener))
    return SeedRun(ran=ran, unchanged=tuple(s for s in seeds if s not in stale))


def _run_all(session: Session, stale: Sequence[Seed], listener: Listener) -> Iterator[Finished]:
    from airlock.server.statements import Runner

    ensure_history(session)
    runner = Runner(session)
    for index, seed in enumerate(stale, start=1):
        listener(Started(file=seed, index=index, total=len(stale)))
        run = _run(runner, seed)
        done = Finished(
            file=seed,
            index=index,
            total=len(stale),
            seconds=run.seconds,
            how=run.how,
            findings=run.findings,
        )
        listener(done)
        yield done


def _run(runner: Runner, seed: Seed) -> Run:
    from airlock.sources.advice import advised
    from airlock.sources.sqltext import cut

    try:
        return runner.run(cut(seed.path, seed.raw.decode()), SeedLedger(seed=seed))
    except StatementRefused as refused:
        failure = refused.failure
    raise advised(failure, ())
