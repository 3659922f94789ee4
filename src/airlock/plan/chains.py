"""The statements about each object, in chains: the kinds say them, the decision says which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from airlock.diff.compare import Change
from airlock.kinds import kind, registry
from airlock.kinds._spec import Context, Style
from airlock.kinds._sql import stable
from airlock.model.catalog import Catalog
from airlock.model.names import quote
from airlock.model.node import Id
from airlock.model.script import Running
from airlock.model.step import Lock, Step, Verb
from airlock.plan.decide import Decision
from airlock.plan.order import Graph

_TURNS = {Running.BOUNDARY: -1, Running.ALONE: 1}
"""What runs alone waits for all that can run before it, so that there are few transactions."""


@dataclass(slots=True, kw_only=True)
class Chain:
    """Steps about one object that run one after the other."""

    first: int
    last: int


@dataclass(slots=True, kw_only=True)
class Chains:
    """The statements of one attempt, before they have an order.

    `forced` are replaced, not altered; `explicit` are dropped by name.
    """

    old: Catalog
    new: Catalog
    changes: tuple[Change, ...]
    style: Style
    forced: set[Id]
    explicit: set[Id]
    decision: Decision = field(init=False)
    context: Context = field(init=False)
    steps: list[Step] = field(default_factory=list)
    keys: list[tuple[object, ...]] = field(default_factory=list)
    graph: Graph = field(default_factory=Graph)
    drops: dict[Id, Chain] = field(default_factory=dict)
    makes: dict[Id, Chain] = field(default_factory=dict)
    """Chains that create or alter; what needs the object's new state waits for the last step."""
    renames: dict[Id, Chain] = field(default_factory=dict)
    """Chains that give the types that are made anew another name."""
    implied: dict[Id, Id] = field(default_factory=dict)
    """From what goes without a statement of its own to what takes it along."""
    causes: dict[tuple[int, int], Id] = field(default_factory=dict)
    """Which object that goes by itself made two drops wait for each other."""

    freed: set[Id] = field(default_factory=set)
    """Objects that have to be dropped by name, since nothing takes them along any more."""
    swaps: dict[Id, tuple[Step, ...]] = field(default_factory=dict)
    """Objects whose successor is built beside them and then takes their place."""

    def _add(self, id: Id, steps: Iterable[Step]) -> Chain | None:
        """Add a chain of steps about an object."""
        first = len(self.steps)
        spec = kind(id.kind)
        for step in steps:
            i = len(self.steps)
            self.steps.append(self._seen(step))
            turn = _TURNS.get(step.running, 0)
            if step.verb is Verb.DROP:
                key: tuple[object, ...] = (turn, 0, -spec.order, 0, id, i - first)
            else:
                key = (turn, 1, spec.order, step.rank, id, i - first)
            self.keys.append(key)
            if i > first:
                self.graph.add(i - 1, i)
        last = len(self.steps) - 1
        return Chain(first=first, last=last) if last >= first else None

    def _seen(self, step: Step) -> Step:
        """Leave out locks on what the plan itself creates: nobody can wait for those.

        Expressions are written so that Postgres reads them back as they were.
        """
        if not kind(step.target.kind).verbatim:
            step = replace(step, sql=stable(step.sql), inline=step.inline and stable(step.inline))
        if step.verb is Verb.DROP:
            return step
        on = tuple(id for id in step.on if id not in self.context.created)
        if on == step.on:
            return step
        return replace(step, on=on, lock=step.lock if on else Lock.NONE)

    def _swap_all(self) -> None:
        """Replace while others work, where a kind can and only the object itself is concerned."""
        decision = self.decision
        moved = decision.gone | decision.created | decision.recast | decision.retyped
        for id in sorted(decision.replaced):
            spec = kind(id.kind)
            needs = self.old.needs(id) | self.new.needs(id) | self.old.autos.get(id, set())
            if spec.swap is None or needs & moved:
                continue
            context = replace(self.context, created=frozenset())
            if steps := tuple(spec.swap(self.old.nodes[id], self.new.nodes[id], context)):
                self.swaps[id] = steps

    def _drop_all(self) -> None:
        gone = self.decision.gone
        # What an object came after is no longer tied to others when that has gone by itself.
        for id in gone:
            node = self.old.nodes[id]
            if node.after and self._taker(id, gone) is None:
                self.freed.update(node.after)
        for id in sorted(gone):
            if id in self.swaps:
                continue
            taker = self._taker(id, gone)
            if taker is not None and id not in self.explicit:
                self.implied[id] = taker
                continue
            node = self.old.nodes[id]
            if chain := self._add(id, kind(id.kind).drop(node, self.context)):
                self.drops[id] = chain

    def _taker(self, id: Id, gone: set[Id]) -> Id | None:
        """Return what takes an object along when it is dropped, if that is dropped."""
        parent = self.old.nodes[id].parent
        taken = parent in gone or parent in self.decision.recast
        if parent is not None and taken and kind(parent.kind).takes_children:
            return parent
        autos = self.old.autos.get(id) if id not in self.freed else None
        return min((other for other in autos if other in gone), default=None) if autos else None

    def _recast_all(self) -> None:
        """Rename types aside, make them anew, cast columns over, drop the old ones."""
        for id in sorted(self.decision.recast):
            spec = kind(id.kind)
            assert spec.address is not None
            schema, name = id.path
            aside = f"{name[:48]}__replaced"
            old = self.old.nodes[id]
            if spec.aside is not None:
                renamed = tuple(spec.aside(old, aside))
            else:
                sql = f"alter {spec.address(id)} rename to {quote(aside)}"
                renamed = (Step(sql=sql, verb=Verb.ALTER, target=id),)
            away = self._add(id, renamed)
            chain = self._add(id, spec.create(self.new.nodes[id], self.context))
            assert away is not None
            assert chain is not None
            self.renames[id], self.makes[id] = away, chain
            self.graph.add(away.last, chain.first)
            drops = spec.drop(replace(old, id=Id(id.kind, (schema, aside))), self.context)
            dropped = self._add(id, (replace(drop, target=id) for drop in drops))
            assert dropped is not None
            self.drops[id] = dropped
            self.graph.add(chain.last, dropped.first)

    def _alter_all(self) -> None:
        for id in sorted(self.decision.changed.keys() | self.decision.carried):
            spec = kind(id.kind)
            steps: list[Step] = []
            if id in self.decision.carried and spec.recast:
                steps += spec.recast(self.new.nodes[id], self.context)
            if change := self.decision.changed.get(id):
                steps += spec.alter(change.old, change.new, change.attributes, self.context)
            if chain := self._add(id, steps):
                self.makes[id] = chain

    def _create_all(self) -> None:
        created = self.decision.created
        settled = {spec.name for spec in registry().values() if spec.settle}
        for id, steps in self.swaps.items():
            if chain := self._add(id, steps):
                self.makes[id] = self.drops[id] = chain
        for id in sorted(created - self.swaps.keys()):
            node = self.new.nodes[id]
            if id.kind in settled and node.parent in created:
                continue
            if chain := self._add(id, kind(id.kind).create(node, self.context)):
                self.makes[id] = chain
