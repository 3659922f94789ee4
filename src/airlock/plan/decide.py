"""What happens to each object: created, dropped, altered in place, replaced, cast over.

A change spreads: what depends on an object that goes has to go before it and come back after it,
and what was compiled against a column's type is made anew around a change of that type.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from airlock.diff.compare import Added, Change, Changed, Removed
from airlock.kinds import kind
from airlock.kinds._spec import Impact, takes_nothing
from airlock.model.catalog import Catalog
from airlock.model.node import Id


@dataclass(slots=True, kw_only=True)
class Decision:
    """The fate of every object that does not stay as it is."""

    added: set[Id] = field(default_factory=set)
    removed: set[Id] = field(default_factory=set)
    changed: dict[Id, Changed] = field(default_factory=dict)
    """Altered in place; those that came to be replaced are taken out."""
    replaced: set[Id] = field(default_factory=set)
    recast: set[Id] = field(default_factory=set)
    """Types that are renamed aside and made anew."""
    retyped: set[Id] = field(default_factory=set)
    """Columns whose type changes."""
    carried: set[Id] = field(default_factory=set)
    """Columns that keep a type of that sort, cast over."""

    @property
    def gone(self) -> set[Id]:
        """What is dropped, to come back or not."""
        return self.removed | self.replaced

    @property
    def created(self) -> set[Id]:
        """What is created, anew or again."""
        return self.added | self.replaced


def decide(
    old: Catalog, new: Catalog, changes: Iterable[Change], forced: Iterable[Id] = ()
) -> Decision:
    """Weigh every difference and let it spread. `forced` are replaced whatever their change."""
    decision = Decision()
    todo: list[tuple[Id, Impact]] = []
    replace = set(forced)
    for change in changes:
        match change:
            case Added(node=node):
                decision.added.add(node.id)
            case Removed(node=node):
                decision.removed.add(node.id)
                todo.append((node.id, Impact.REPLACE))
            case Changed(old=before, new=after):
                id = after.id
                decision.changed[id] = change
                impact = kind(id.kind).impact(before, after, change.attributes)
                if id in replace:
                    impact = Impact.REPLACE
                todo.append((id, impact))
    spread = _Spread(old=old, new=new, decision=decision)
    for id, impact in todo:
        spread.from_object(id, impact)
    return decision


@dataclass(slots=True, kw_only=True)
class _Spread:
    old: Catalog
    new: Catalog
    decision: Decision

    def from_object(self, first: Id, impact: Impact) -> None:
        """Follow one change to all that it touches."""
        todo = [(first, impact)]
        while todo:
            id, impact = todo.pop()
            match impact:
                case Impact.IN_PLACE:
                    continue
                case Impact.RETYPE:
                    todo += self._retype(id)
                case Impact.REPLACE:
                    todo += self._replace(id)
                case Impact.RECAST:
                    todo += self._recast(id)

    def _retype(self, id: Id) -> Iterable[tuple[Id, Impact]]:
        if id in self.decision.retyped:
            return
        self.decision.retyped.add(id)
        for other in sorted(self.old.dependents.get(id, ())):
            if self._stays(other) and self._pins(other):
                yield other, Impact.REPLACE

    def _replace(self, id: Id) -> Iterable[tuple[Id, Impact]]:
        decision = self.decision
        if id in self.new and id not in decision.removed:
            if id in decision.replaced:
                return
            decision.replaced.add(id)
            decision.changed.pop(id, None)
            decision.recast.discard(id)
            decision.carried.discard(id)
        if kind(id.kind).is_said:
            return
        for other in sorted(self.old.dependents.get(id, ())):
            if self._stays(other) and not self._is_freed(other, id):
                yield other, Impact.REPLACE
        spec = kind(id.kind)
        if spec.takes is not takes_nothing:
            for other in spec.takes(self.old.nodes[id], self.new, decision.gone):
                if self._stays(other):
                    yield other, Impact.REPLACE

    def _recast(self, id: Id) -> Iterable[tuple[Id, Impact]]:
        decision = self.decision
        if id in decision.recast or id in decision.replaced:
            return
        decision.recast.add(id)
        decision.changed.pop(id, None)
        for other in sorted(self.old.dependents.get(id, ())):
            if not self._stays(other) or self._is_freed(other, id):
                continue
            spec = kind(other.kind)
            if spec.recast is not None:
                decision.carried.add(other)
                yield other, Impact.RETYPE
            elif spec.is_type:
                yield other, Impact.RECAST
            else:
                yield other, Impact.REPLACE

    def _stays(self, id: Id) -> bool:
        return id in self.old and id in self.new and id not in self.decision.replaced

    def _is_freed(self, id: Id, of: Id) -> bool:
        """Whether a change in place takes away what `id` needs of `of`."""
        return id in self.decision.changed and of not in self.new.needs(id)

    def _pins(self, id: Id) -> bool:
        pins = kind(id.kind).pins_types
        return pins if isinstance(pins, bool) else pins(self.old.nodes[id])
