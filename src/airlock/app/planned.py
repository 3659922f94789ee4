"""What a plan says of a file: its statements with their cost, and what runs together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from airlock.diff.compare import compare
from airlock.model.catalog import Catalog
from airlock.model.migration import How
from airlock.model.script import Script, segments
from airlock.model.step import Lock
from airlock.plan.artifact import Hazard, LockOn, PlannedGroup, PlannedStatement

if TYPE_CHECKING:
    from airlock.deploy.measure import Cost, Fate, Taken


def statements(script: Script, costs: dict[int, Cost]) -> Iterator[PlannedStatement]:
    """Yield each statement with what it cost on the copy; secrets in it are hidden."""
    from airlock.sources import secrets

    for statement in script.statements:
        cost = costs.get(statement.span.char_start)
        yield PlannedStatement(
            line=statement.span.line,
            sql=secrets.shown(statement),
            running=statement.running.value,
            locks=tuple(LockOn(lock=each.lock.sql, on=each.on) for each in cost.taken)
            if cost
            else (),
            measured=cost is not None and cost.measured,
            rewrites=cost.rewritten if cost else (),
        )


def groups(script: Script, how: How) -> Iterator[PlannedGroup]:
    """Yield the groups in which statements run, with the time each waits for a lock."""
    from airlock.server.statements import LOCK_TIMEOUT_MS, says_lock_timeout

    first = 1
    for group in segments(script, boundaries=how is How.SEGMENTS):
        last = first + len(group.statements) - 1
        if how is How.SEGMENTS and not group.transactional:
            timeout = "none"
        elif says_lock_timeout(script.statements[:last]):
            timeout = "as the file says"
        else:
            timeout = f"{LOCK_TIMEOUT_MS // 1000} s"
        yield PlannedGroup(
            transactional=group.transactional, first=first, last=last, lock_timeout=timeout
        )
        first = last + 1


def strongest(files: Iterable[tuple[Script, dict[int, Cost]]]) -> Taken | None:
    """Return the first of the strongest locks that files take."""
    taken = [
        each
        for script, costs in files
        for statement in script.statements
        if (cost := costs.get(statement.span.char_start)) is not None
        for each in cost.taken
        if each.lock > Lock.ACCESS_SHARE
    ]
    return max(taken, key=lambda each: each.lock, default=None)


def lost(fates: Iterable[Fate], costs: Iterable[Cost]) -> Iterator[Hazard]:
    """Yield what became of rows, as the server's own numbers of tables and columns tell it."""
    for fate in fates:
        what = f"{fate.kind} {fate.name}"
        rows = "every value" if fate.kind == "column" else "every row"
        if fate.now is not None:
            text = f"renamed to {fate.now}: who still asks for the old name fails"
            yield Hazard(object=what, text=text, loses_data=False)
        elif fate.anew:
            text = f"dropped and made anew, {rows} is lost"
            yield Hazard(object=what, text=text, loses_data=True)
        else:
            yield Hazard(object=what, text=f"dropped, {rows} is lost", loses_data=True)
    for cost in costs:
        for name in cost.emptied:
            yield Hazard(object=f"table {name}", text="every row is removed", loses_data=True)


def tally(before: Catalog, after: Catalog) -> tuple[int, int, int]:
    """Return how many objects come, change and go."""
    number = sum(1 for _ in compare(before, after))
    created = len(after.nodes.keys() - before.nodes.keys())
    dropped = len(before.nodes.keys() - after.nodes.keys())
    return created, number - created - dropped, dropped
