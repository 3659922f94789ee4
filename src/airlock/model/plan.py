"""The ordered way from one catalog to another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from airlock.model.script import Running
from airlock.model.step import Lock, Loss, Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Steps that run together: in one transaction, or one by one outside of any."""

    steps: tuple[Step, ...]
    transactional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Statements in the order in which they run."""

    steps: tuple[Step, ...]

    def __bool__(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.steps)

    @property
    def loses(self) -> tuple[Step, ...]:
        """Steps that no rollback makes good."""
        return tuple(step for step in self.steps if step.loss is not Loss.NONE)

    @property
    def hazards(self) -> tuple[Step, ...]:
        """Steps that a reviewer has to weigh."""
        return tuple(step for step in self.steps if step.hazard)

    @property
    def strongest(self) -> Step | None:
        """The first of the steps with the strongest lock, if any takes one."""
        locking = [step for step in self.steps if step.lock is not Lock.NONE and step.on]
        return max(locking, key=lambda step: step.lock, default=None)

    @property
    def tally(self) -> tuple[int, int, int]:
        """How many objects are created, altered and dropped."""
        kinds = Counter(_verbs(self.steps).values())
        return kinds[Verb.CREATE], kinds[Verb.ALTER], kinds[Verb.DROP]

    @property
    def groups(self) -> tuple[Group, ...]:
        """The steps as they run: what runs alone ends a transaction, and so does a boundary."""
        return groups(self.steps)


def groups(steps: Iterable[Step]) -> tuple[Group, ...]:
    """Cut steps into transactions."""
    done: list[Group] = []
    current: list[Step] = []

    def close() -> None:
        if current:
            done.append(Group(steps=tuple(current), transactional=True))
            current.clear()

    for step in steps:
        if step.running is Running.ALONE:
            close()
            done.append(Group(steps=(step,), transactional=False))
            continue
        if current and current[-1].running is Running.BOUNDARY is not step.running:
            close()
        current.append(step)
    close()
    return tuple(done)


def _verbs(steps: Iterable[Step]) -> dict[object, Verb]:
    """Return what happens to each object: dropped and created counts as altered."""
    found: dict[object, Verb] = {}
    for step in steps:
        before = found.get(step.target)
        if before is None:
            found[step.target] = step.verb
        elif before is not step.verb:
            found[step.target] = Verb.ALTER if before is Verb.DROP else before
    return found
