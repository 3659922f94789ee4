"""Changes become steps through the kinds, and steps an order through what needs what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from airlock.diff.compare import Change, compare
from airlock.kinds import kind, registry
from airlock.kinds._spec import Context, Style, no_claims
from airlock.model.catalog import Catalog
from airlock.model.node import Id, Node, satellite
from airlock.model.plan import Plan
from airlock.plan.chains import Chain, Chains
from airlock.plan.decide import decide
from airlock.plan.fold import folded
from airlock.plan.order import Cycle, ordered

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
class _Planner(Chains):
    """One attempt: its statements, and what waits for what among them."""

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

    def _wait(self, need: Id, chain: Chain) -> None:
        node = self.new.nodes.get(need)
        made = [need]
        if node is not None and need not in self.makes:
            # A column is brought along, or altered, by that of a parent table.
            made += (other for other in node.after if other.kind == need.kind)
        for each in made:
            maker = self._maker(each)
            if maker is not None and maker is not chain:
                self.graph.add(maker.last, chain.first)

    def _maker(self, id: Id) -> Chain | None:
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
            after = node.after if node else ()
            if self.steps[chain.first].inline is not None:
                # Made by itself, it need not wait for changes of what it came from, such as a
                # column of a parent table.
                made = self.decision.created
                after = tuple(other for other in after if other.kind != id.kind or other in made)
            for need in (*self.new.needs(id), *after):
                self._wait(need, chain)
            if node is not None and id in self.decision.created:
                self._wait_for_whole(node, chain)

    def _wait_for_whole(self, node: Node, chain: Chain) -> None:
        """Let a table join another when that has lost what the plan takes from it."""
        kinds = {other.kind for other in node.after}
        for whole in self._wholes(node, self.new):
            for child in sorted(self.old.children.get(whole, ())):
                dropped = self.drops.get(child)
                if dropped is not None and child.kind in kinds:
                    self.graph.add(dropped.last, chain.first)

    def _dropper(self, id: Id) -> Chain | None:
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
            for need in self._with_origins(self.old.needs(id)):
                self._drop_first(id, chain, need)
            for other in self._companions(id) if id in self.drops else ():
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

    def _drop_first(self, id: Id, chain: Chain, need: Id) -> None:
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
                # Only a change of type is not possible before.
                pinned = need in self.decision.retyped or need in self.decision.carried
                self.graph.add(chain.last, altered.first, soft=not pinned)

    def _with_origins(self, needs: Iterable[Id]) -> Iterator[Id]:
        """Yield what an object needs, and what that came from: columns of a parent table."""
        for need in needs:
            yield need
            node = self.old.nodes.get(need)
            if node is not None and need not in self.drops:
                yield from (other for other in node.after if other.kind == need.kind)

    def _companions(self, id: Id) -> Iterator[Id]:
        """Yield what an object came after, and will come after again, with what that came from."""
        node = self.old.nodes[id]
        yield from node.after
        if node.parent is None:
            return
        # A change of a partitioned table would still reach a partition that is to leave it.
        kinds = {other.kind for other in node.after}
        for whole in self._wholes(node, self.old):
            children = self.new.children.get(whole, ())
            yield from (child for child in sorted(children) if child.kind in kinds)
        for other in self.new.nodes[id].after if id in self.decision.replaced else ():
            yield other
            later = self.new.nodes.get(other)
            for above in later.after if later else ():
                origin = self.new.nodes.get(above)
                # What is made with its parent cannot reach anything.
                if origin and origin.parent not in self.decision.created:
                    yield from (above,) if above.kind == other.kind else ()

    def _wholes(self, node: Node, catalog: Catalog) -> Iterator[Id]:
        """Yield the tables that stay and that the table of an attachment is, or will be, in."""
        parent = node.parent
        if not node.after or parent is None:
            return
        for need in sorted(catalog.needs(node.id) - self.decision.created):
            if need != parent and need.kind == parent.kind:
                yield need

    def _go_first(self, chain: Chain, other: Id) -> None:
        """Let what came after another object go before that goes or is altered."""
        # What takes it along as long as they are tied has to wait as well.
        ties = self.old.autos.get(other, ()) if other in self.freed else ()
        drops = [self._dropper(each) for each in (other, *sorted(ties))]
        for later in (*drops, self.makes.get(other)):
            if later is not None and later is not chain:
                self.graph.add(chain.last, later.first)

    def _free(self, id: Id, altered: Chain) -> None:
        """Let an alteration come before the drop of what it frees from the object."""
        for need in self.old.needs(id):
            if need in self.new.needs(id) and need not in self.decision.recast:
                continue
            if (dropped := self._dropper(need)) is not None:
                self.graph.add(altered.last, dropped.first)

    def _wait_for_drop(self, id: Id, chain: Chain, other: Chain) -> None:
        self.graph.add(chain.last, other.first)
        if id in self.implied:
            self.causes[chain.last, other.first] = id

    def _wait_for_names(self) -> None:
        """Let an object that had a name go before another takes it."""
        holders = self._holders()
        for claim, chain in self._takers():
            for holder in holders.get(claim, ()):
                if holder is not chain:
                    self.graph.add(holder.last, chain.first)

    def _holders(self) -> Mapping[tuple[str, ...], list[Chain]]:
        """Return the chains that set names free."""
        found: dict[tuple[str, ...], list[Chain]] = defaultdict(list)
        for id in self.decision.gone:
            if (chain := self._dropper(id)) is not None:
                spec = kind(id.kind)
                for claim in (*spec.claims(id), *spec.holds(self.old.nodes[id])):
                    found[claim].append(chain)
        for id, change in self.decision.changed.items():
            if (chain := self.makes.get(id)) is not None:
                before, after = map(kind(id.kind).holds, (change.old, change.new))
                for claim in set(before) - set(after):
                    found[claim].append(chain)
        return found

    def _takers(self) -> Iterator[tuple[tuple[str, ...], Chain]]:
        """Yield the names that chains take."""
        for id in self.decision.created:
            if (chain := self.makes.get(id)) is not None:
                spec = kind(id.kind)
                for claim in (*spec.claims(id), *spec.holds(self.new.nodes[id])):
                    yield claim, chain
        for id, change in self.decision.changed.items():
            if (chain := self.makes.get(id)) is not None:
                before, after = map(kind(id.kind).holds, (change.old, change.new))
                for claim in after:
                    if claim not in before:
                        yield claim, chain

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
        named: dict[str, list[Chain]] = {}
        for id, chain in self.makes.items():
            if kind(id.kind).claims is not no_claims or id.kind == "routine":
                named.setdefault(id.path[1].lower(), []).append(chain)
        for id, chain in self.makes.items():
            for mention in getattr(self.new.nodes.get(id), "mentions", ()):
                for other in named.get(mention, ()):
                    if other is not chain:
                        self.graph.add(other.last, chain.first, soft=True)


_ABOUT_ROLES = frozenset({"role", "schema"})
