"""Fold columns, defaults and constraints into the CREATE TABLE of a new table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from airlock.kinds import kind
from airlock.model.catalog import Catalog
from airlock.model.node import Id
from airlock.model.step import Step, Verb
from airlock.plan.order import Graph


def folded(
    steps: Sequence[Step],
    sequence: Sequence[int],
    graph: Graph,
    heads: Mapping[Id, int],
    catalog: Catalog,
) -> Iterator[Step]:
    """Yield the steps in order, each that can be in its parent's CREATE put there.

    `heads` are the first steps about each object. A step can move up to its parent's when all
    that it waits for, apart from the parent itself, is done by then.
    """
    return _Folding(steps, sequence, graph, heads, catalog).run()


class _Folding:
    def __init__(
        self,
        steps: Sequence[Step],
        sequence: Sequence[int],
        graph: Graph,
        heads: Mapping[Id, int],
        catalog: Catalog,
    ) -> None:
        self.steps = list(steps)
        self.sequence = sequence
        self.heads = heads
        self.catalog = catalog
        self.place = {i: at for at, i in enumerate(sequence)}
        self.waits: dict[int, set[int]] = defaultdict(set, graph.before)
        self.gone: set[int] = set()
        self.taken: dict[int, list[int]] = defaultdict(list)

    def run(self) -> Iterator[Step]:
        # From the innermost: a default moves into its column before that moves into its table.
        deepest = sorted(
            (i for i in self.sequence if self.steps[i].inline is not None),
            key=lambda i: (
                -len(self.steps[i].target.path) - (self.steps[i].target.kind == "default")
            ),
        )
        for i in deepest:
            self._fold(i)
        for i in self.sequence:
            if i not in self.gone:
                yield self._whole(i)

    def _fold(self, i: int) -> None:
        step = self.steps[i]
        node = self.catalog.nodes.get(step.target)
        head = self.heads.get(node.parent) if node and node.parent else None
        if head is None:
            return
        target = self.steps[head]
        if target.verb is not Verb.CREATE or not self._can_wait_less(i, head):
            return
        if target.elements is not None:
            self.taken[head].append(i)
        elif target.inline is not None:
            suffix = f" {step.inline}"
            self.steps[head] = replace(
                target,
                suffix=target.suffix + suffix,
                inline=target.inline + suffix,
                rewrites=target.rewrites or step.rewrites,
                hazard=target.hazard or step.hazard,
            )
        else:
            return
        self.waits[head] = self.waits[head] | (self.waits[i] - {head})
        self.gone.add(i)

    def _can_wait_less(self, i: int, head: int) -> bool:
        """Whether all that a step waits for is done before the step that is to take it in."""
        about = self.steps[head].target
        return all(
            self.place[other] < self.place[head] or self.steps[other].target == about
            for other in self.waits[i]
            if other not in self.gone
        )

    def _whole(self, i: int) -> Step:
        step = self.steps[i]
        if not self.taken[i]:
            return step
        inside = sorted(self.taken[i], key=self._rank)
        return replace(step, elements=tuple(self.steps[j].inline or "" for j in inside))

    def _rank(self, i: int) -> tuple[int, int, Id]:
        step = self.steps[i]
        return kind(step.target.kind).order, step.rank, step.target
