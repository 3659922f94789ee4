"""Changes become steps through the kinds, and steps an order through what needs what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from airlock.diff.compare import Change, compare
from airlock.kinds import kind, registry
from airlock.kinds._spec import Context, Style, no_claims
from airlock.kinds._sql import stable
from airlock.model.catalog import Catalog
from airlock.model.names import quote
from airlock.model.node import Id, satellite
from airlock.model.plan import Plan
from airlock.model.script import Running
from airlock.model.step import Lock, Step, Verb
from airlock.plan.decide import Decision, decide
from airlock.plan.fold import folded
from airlock.plan.order import Cycle, Graph, ordered

_TRIES = 20
"""How often a ring is opened by another way before it is an error."""


def plan(
    old: Catalog,
    new: Catalog,
    *,
    style: Style = Style.PLAIN,
    changes: Iterable[Change] | None = None,
) -> Plan:
    """Return the statements that turn one schema into the other.

    `changes` are what `compare` found between the two, where somebody has looked already.

    Raises:
        Cycle: there is no order in which they can run.
    """
    replace: set[Id] = set()
    explicit: set[Id] = set()
    found = tuple(compare(old, new) if changes is None else changes)
    for _ in range(_TRIES):
        planner = _Planner(
            old=old, new=new, changes=found, style=style, forced=replace, explicit=explicit
        )
        try:
            return planner.run()
        except Cycle as cycle:
            failed = cycle
        if not planner.open_ring(failed, replace, explicit):
            break
    raise failed


@dataclass(slots=True, kw_only=True)
class _Chain:
    """Steps about one object that run one after the other."""

    first: int
    last: int


@dataclass(slots=True, kw_only=True)
class _Planner:
    """One attempt. `forced` are replaced, not altered; `explicit` are dropped by name."""

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
    drops: dict[Id, _Chain] = field(default_factory=dict)
    makes: dict[Id, _Chain] = field(default_factory=dict)
    """Chains that create or alter; what needs the object's new state waits for the last step."""
    renames: dict[Id, _Chain] = field(default_factory=dict)
    """Chains that give the types that are made anew another name."""
    implied: dict[Id, Id] = field(default_factory=dict)
    """From what goes without a statement of its own to what takes it along."""
    causes: dict[tuple[int, int], Id] = field(default_factory=dict)
    """Which object that goes by itself made two drops wait for each other."""

    freed: set[Id] = field(default_factory=set)
    """Objects that have to be dropped by name, since nothing takes them along any more."""
    swaps: dict[Id, tuple[Step, ...]] = field(default_factory=dict)
    """Objects whose successor is built beside them and then takes their place."""

    def run(self) -> Plan:
        """Decide, make steps, order and fold them."""
        self.decision = decide(self.old, self.new, self.changes, self.forced)
        created = frozenset(self.decision.created)
        self.context = Context(old=self.old, new=self.new, style=self.style, created=created)
        self._swap_all()
        self._drop_all()
        self._recast_all()
        self._alter_all()
        self._create_all()
        self._settle_all()
        self._wait_for_makers()
        self._wait_for_drops()
        self._wait_for_names()
        self._wait_for_shapes()
        self._wait_for_mentions()
        try:
            sequence = ordered(self.keys, self.graph)
        except Cycle as cycle:
            raise Cycle(cycle.members, [self.steps[i].target for i in cycle.members]) from None
        heads = {id: chain.first for id, chain in self.makes.items()}
        return Plan(steps=tuple(folded(self.steps, sequence, self.graph, heads, self.new)))

    def open_ring(self, cycle: Cycle, replace: set[Id], explicit: set[Id]) -> bool:
        """Choose another way for one member of a ring; return whether there is one."""
        members = cycle.members
        for pair in zip(members, (*members[1:], members[0]), strict=True):
            cause = self.causes.get(pair)
            if cause is not None and cause not in explicit:
                explicit.add(cause)
                return True
        for i in members:
            target = self.steps[i].target
            if target in self.decision.changed and target not in replace:
                replace.add(target)
                return True
        return False

    # Steps ---------------------------------------------------------------------------------

    def _add(self, id: Id, steps: Iterable[Step]) -> _Chain | None:
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
        return _Chain(first=first, last=last) if last >= first else None

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
        gone = self.decision.gone
        for id in sorted(self.decision.replaced):
            spec = kind(id.kind)
            needs = self.old.needs(id) | self.new.needs(id) | self.old.autos.get(id, set())
            if spec.swap is None or needs & (gone | self.decision.created | self.decision.recast):
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

    def _settle_all(self) -> None:
        """Let kinds say what differs from how Postgres leaves a new object."""
        for spec in registry().values():
            if spec.settle is None:
                continue
            for target in sorted(self.decision.created | self.decision.recast):
                id = satellite(spec.name, target)
                if chain := self._add(id, spec.settle(target, self.context)):
                    self.makes[id] = chain
                    for need in (target, satellite("owner", target)):
                        self._wait(need, chain)

    # Edges ---------------------------------------------------------------------------------

    def _wait(self, need: Id, chain: _Chain) -> None:
        maker = self._maker(need)
        if maker is not None and maker is not chain:
            self.graph.add(maker.last, chain.first)

    def _maker(self, id: Id) -> _Chain | None:
        """Return the chain that brings an object to its new state: its own, or its parent's."""
        seen: Id | None = id
        for _ in range(4):
            if seen is None:
                return None
            if (chain := self.makes.get(seen)) is not None:
                return chain
            node = self.new.nodes.get(seen)
            seen = node.parent if node is not None else None
        return None

    def _wait_for_makers(self) -> None:
        for id, chain in self.makes.items():
            node = self.new.nodes.get(id)
            for need in (*self.new.needs(id), *(node.after if node else ())):
                self._wait(need, chain)

    def _dropper(self, id: Id) -> _Chain | None:
        """Return the chain that drops an object, by itself or with what takes it along."""
        for _ in range(8):
            if (chain := self.drops.get(id)) is not None:
                return chain
            if id not in self.implied:
                return None
            id = self.implied[id]
        return None

    def _wait_for_drops(self) -> None:
        """Drop what depends before what it depends on, and before that is altered."""
        for id in self.decision.gone:
            if (chain := self._dropper(id)) is None:
                continue
            for need in self.old.needs(id):
                self._drop_first(id, chain, need)
            for other in self.old.nodes[id].after if id in self.drops else ():
                self._go_first(chain, other)
            # What comes back comes after the old one has gone.
            again = self.makes.get(id)
            if again is not None and again is not chain:
                self.graph.add(chain.last, again.first)
        for id in self.decision.changed.keys() | self.decision.carried:
            if altered := self.makes.get(id):
                self._free(id, altered)
        self._wait_for_recasts()

    def _wait_for_recasts(self) -> None:
        for id in self.decision.recast:
            # What was made of an old type goes before that does, and is renamed before it.
            for need in self.old.needs(id):
                if need in self.renames:
                    self.graph.add(self.renames[id].last, self.renames[need].first)
                other = self._dropper(need)
                if other is not None and other is not self.drops[id]:
                    self.graph.add(self.drops[id].last, other.first)

    def _drop_first(self, id: Id, chain: _Chain, need: Id) -> None:
        """Let an object go before what it needs goes or is altered."""
        other = self._dropper(need)
        if other is not None and other is not chain:
            self._wait_for_drop(id, chain, other)
        if id in self.swaps:
            # Its successor waits for what it needs to be altered, and takes the old one's place.
            return
        if need in self.decision.recast and id in self.drops:
            # Its address names the type, which has another name soon.
            self.graph.add(chain.last, self.renames[need].first)
        if need in self.decision.changed or need in self.decision.carried:
            altered = self.makes.get(need)
            if altered is not None and altered is not chain:
                self.graph.add(chain.last, altered.first)

    def _go_first(self, chain: _Chain, other: Id) -> None:
        """Let what came after another object go before that goes or is altered."""
        for later in (self._dropper(other), self.makes.get(other)):
            if later is not None and later is not chain:
                self.graph.add(chain.last, later.first)

    def _free(self, id: Id, altered: _Chain) -> None:
        """Let an alteration come before the drop of what it frees from the object."""
        for need in self.old.needs(id):
            if need in self.new.needs(id) and need not in self.decision.recast:
                continue
            if (dropped := self._dropper(need)) is not None:
                self.graph.add(altered.last, dropped.first)

    def _wait_for_drop(self, id: Id, chain: _Chain, other: _Chain) -> None:
        self.graph.add(chain.last, other.first)
        if id in self.implied:
            self.causes[chain.last, other.first] = id

    def _wait_for_names(self) -> None:
        """Let an object that had a name go before another takes it."""
        holders: dict[tuple[str, ...], _Chain] = {}
        takers: list[tuple[tuple[str, ...], _Chain]] = []
        for id in self.decision.gone:
            if (chain := self._dropper(id)) is not None:
                spec = kind(id.kind)
                for claim in (*spec.claims(id), *spec.holds(self.old.nodes[id])):
                    holders[claim] = chain
        for id in self.decision.created:
            if (chain := self.makes.get(id)) is not None:
                spec = kind(id.kind)
                more = spec.holds(self.new.nodes[id])
                takers += ((claim, chain) for claim in (*spec.claims(id), *more))
        for id, change in self.decision.changed.items():
            if (chain := self.makes.get(id)) is not None:
                before, after = map(kind(id.kind).holds, (change.old, change.new))
                holders |= dict.fromkeys(set(before) - set(after), chain)
                takers += ((claim, chain) for claim in after if claim not in before)
        for claim, chain in takers:
            if claim in holders and holders[claim] is not chain:
                self.graph.add(holders[claim].last, chain.first)

    def _wait_for_shapes(self) -> None:
        """Let what shapes later creations, such as default privileges, come before them."""
        shapers = [id for id in self.makes if kind(id.kind).shapes_creation]
        if not shapers:
            return
        needed: set[Id] = set()
        todo = list(shapers)
        while todo:
            id = todo.pop()
            if id not in needed:
                needed.add(id)
                todo += self.new.needs(id)
        for id, chain in self.makes.items():
            if id in self.decision.created and id not in needed and id.path[0] not in _ABOUT_ROLES:
                for shaper in shapers:
                    self.graph.add(self.makes[shaper].last, chain.first)

    def _wait_for_mentions(self) -> None:
        """Let what a function's text names come before it, where that is possible."""
        named: dict[str, list[_Chain]] = {}
        for id, chain in self.makes.items():
            if kind(id.kind).claims is not no_claims or id.kind == "routine":
                named.setdefault(id.path[1].lower(), []).append(chain)
        for id, chain in self.makes.items():
            for mention in getattr(self.new.nodes.get(id), "mentions", ()):
                for other in named.get(mention, ()):
                    if other is not chain:
                        self.graph.add(other.last, chain.first, soft=True)


_TURNS = {Running.BOUNDARY: -1, Running.ALONE: 1}
"""What runs alone waits for all that can run before it, so that there are few transactions."""
_ABOUT_ROLES = frozenset({"role", "schema"})
