"""Run a plan on a database that is to be thrown away, and look at what each step really does."""

from __future__ import annotations

from collections.abc import Iterator

from airlock.deploy.measure import Gauge
from airlock.model.plan import Plan
from airlock.model.proof import Measured
from airlock.model.script import Script
from airlock.model.step import Lock, Loss
from airlock.server.connect import Session
from airlock.server.statements import Runner

_HARMLESS = Lock.ROW_EXCLUSIVE
"""Locks up to this one are those of queries: they keep no query waiting."""
_MOST_STEPS = 400
"""Of a longer plan nothing is measured: each look lists all that its transaction holds."""


def run_observed(session: Session, plan: Plan, script: Script) -> tuple[Measured, ...]:
    """Run the script of a plan; return what its steps locked and rewrote.

    Raises:
        StatementRefused: Postgres refused a statement.
    """
    if len(plan.steps) > _MOST_STEPS:
        Runner(session, throw_away=True).run(script)
        return ()
    gauge = Gauge(session=session)
    gauge.begin()
    Runner(session, throw_away=True, watch=gauge).run(script)
    return tuple(_measured(plan, script, gauge))


def is_measured(plan: Plan) -> bool:
    """Whether a plan is short enough to be measured."""
    return len(plan.steps) <= _MOST_STEPS


def surprises(plan: Plan, measured: tuple[Measured, ...]) -> Iterator[str]:
    """Yield what statements did that their steps do not say."""
    for found in measured:
        step = plan.steps[found.index]
        for name, lock in found.locks:
            if lock > step.lock and lock > _HARMLESS:
                yield f"{lock.sql} on {name}, where {step.lock.sql} was expected: {step.text}"
        if step.rewrites or step.loss is Loss.DATA:
            continue
        for name in found.rewritten:
            yield f"{name} is written anew: {step.text}"


def _measured(plan: Plan, script: Script, gauge: Gauge) -> Iterator[Measured]:
    """Yield what was seen of each step; between them stand settings, which are no steps."""
    texts = [step.text.strip() for step in plan.steps]
    start = 0
    for statement in script.statements:
        if statement.text not in texts[start:]:
            continue
        index = texts.index(statement.text, start)
        start = index + 1
        cost = gauge.costs.get(statement.span.char_start)
        if cost is not None and cost.measured:
            yield Measured(
                index=index,
                locks=tuple((taken.on, taken.lock) for taken in cost.taken),
                rewritten=cost.rewritten,
            )
