"""A plan as SQL text: to be read by people, kept in a file, and run as any other file is."""

from __future__ import annotations

from collections.abc import Iterator

from airlock.model.names import spell
from airlock.model.plan import Group, Plan
from airlock.model.step import Loss, Step, Verb

_BODIES_UNCHECKED = "set check_function_bodies = off;\n"
"""A routine may name what a later statement makes."""
_HAS_BODY = "routine"


def script(plan: Plan, *, about: str = "") -> str:
    """Return the text of a plan; `about` is said in its first line. Empty for an empty plan."""
    if not plan:
        return ""
    return "".join(_script(plan, about))


def summary(plan: Plan) -> str:
    """Say a plan in one line: `+12 ~3 -1 · 2 hazards · longest lock SHARE on public.orders`."""
    strongest = plan.strongest
    return in_one_line(
        plan.tally,
        hazards=len({id(step) for step in (*plan.hazards, *plan.loses)}),
        lock=strongest.lock.sql if strongest else None,
        on=spell(*strongest.on[0].path) if strongest else "",
    )


def in_one_line(tally: tuple[int, int, int], *, hazards: int, lock: str | None, on: str) -> str:
    """Return the line; `lock` is the strongest and `on` what it is on."""
    created, altered, dropped = tally
    parts = [f"+{created} ~{altered} -{dropped}"]
    if hazards:
        parts.append("1 hazard" if hazards == 1 else f"{hazards:,} hazards")
    if lock:
        parts.append(f"longest lock {lock} on {on}")
    return " · ".join(parts)


def remarks(step: Step) -> tuple[str, ...]:
    """Return what a reviewer has to know of a step, a line each."""
    found = [step.hazard] if step.hazard else []
    if step.loss is Loss.DATA and not step.hazard:
        found.append(f"{step.loss.value}: no rollback brings the rows back")
    return tuple(" ".join(text.split()) for text in found)


def _script(plan: Plan, about: str) -> Iterator[str]:
    if about:
        yield _comment(about)
    yield _comment(summary(plan))
    if any(map(_makes_body, plan.steps)):
        yield f"\n{_BODIES_UNCHECKED}"
    groups = plan.groups
    for number, group in enumerate(groups, start=1):
        yield "\n"
        if len(groups) > 1:
            yield _comment(f"{number} of {len(groups)}: {_way(group)}")
        for step in group.steps:
            for remark in remarks(step):
                yield _comment(f"hazard: {remark}")
            yield f"{step.text};\n"


def _makes_body(step: Step) -> bool:
    return step.target.kind == _HAS_BODY and step.verb is not Verb.DROP


def _way(group: Group) -> str:
    return "one transaction" if group.transactional else "outside of a transaction"


def _comment(text: str) -> str:
    """Return a comment line; a name may hold a line end, which would end the comment."""
    return f"-- {' '.join(text.split())}\n"
