"""Put steps into one order: the same for the same changes, whatever order they came in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import Any

from airlock.errors import AirlockError
from airlock.model.node import Id


class Cycle(AirlockError):
    """Steps wait for each other in a ring; `members` are their numbers, in the order of waiting."""

    code = "plan-cycle"
    hint = "Take one of these changes out, and make it in a migration of its own."

    def __init__(self, members: Sequence[int], path: Sequence[Id]) -> None:
        ring = " → ".join(str(id) for id in path)
        super().__init__(f"no order of the statements works, since each waits for the next: {ring}")
        self.members = tuple(members)


@dataclass(slots=True)
class Graph:
    """Which step comes before which. Soft edges give way where they would close a ring."""

    after: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """From a step to those that wait for it."""
    before: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """From a step to those that it waits for."""
    soft: set[tuple[int, int]] = field(default_factory=set)

    def add(self, first: int, then: int, *, soft: bool = False) -> None:
        """Let one step come before another."""
        if first == then:
            return
        if soft and first not in self.before[then]:
            self.soft.add((first, then))
        elif not soft:
            self.soft.discard((first, then))
        self.after[first].add(then)
        self.before[then].add(first)

    def remove(self, first: int, then: int) -> None:
        """Let two steps come in any order again."""
        self.after[first].discard(then)
        self.before[then].discard(first)
        self.soft.discard((first, then))


def ordered(keys: Sequence[Any], graph: Graph) -> list[int]:
    """Return the numbers of all steps in order; of those that may come next, the least key does.

    Raises:
        Cycle: hard edges close a ring; the caller fills in the path.
    """
    done = _sorted(keys, graph)
    if len(done) == len(keys):
        return done
    knot = _knot(graph, set(range(len(keys))) - set(done))
    for edge in sorted(graph.soft):
        if knot.issuperset(edge):
            graph.remove(*edge)
    done = _sorted(keys, graph)
    if len(done) < len(keys):
        left = _knot(graph, set(range(len(keys))) - set(done))
        raise Cycle(_ring(graph, left), ())
    return done


def _sorted(keys: Sequence[Any], graph: Graph) -> list[int]:
    """Sort as far as possible (Kahn, "Topological sorting of large networks", 1962)."""
    waiting = [len(graph.before[i]) if i in graph.before else 0 for i in range(len(keys))]
    ready = [(keys[i], i) for i, count in enumerate(waiting) if not count]
    heapify(ready)
    done: list[int] = []
    while ready:
        _, i = heappop(ready)
        done.append(i)
        for other in graph.after.get(i, ()):
            waiting[other] -= 1
            if not waiting[other]:
                heappush(ready, (keys[other], other))
    return done


def _knot(graph: Graph, left: set[int]) -> set[int]:
    """Return what lies on a ring, or between two: all that waits and is waited for in there."""
    knot = set(left)
    while loose := {i for i in knot if not (graph.after[i] & knot and graph.before[i] & knot)}:
        knot -= loose
    return knot


def _ring(graph: Graph, knot: set[int]) -> list[int]:
    """Return one ring, each member waiting for the one before it."""
    path = [min(knot)]
    while (nearest := min(graph.after[path[-1]] & knot)) not in path:
        path.append(nearest)
    return path[path.index(nearest) :]
