"""The way back from a migration, and what it cannot bring back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._spec import Style
from airlock.model.catalog import Catalog
from airlock.model.node import Id, Node
from airlock.model.plan import Plan
from airlock.model.rollback import Grade
from airlock.model.step import Loss, Step, Verb
from airlock.plan.planner import plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """What a rollback does to rows, with the table or column that it concerns."""

    grade: Grade
    about: Id
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverse:
    """The way back."""

    plan: Plan
    reservations: tuple[Reservation, ...]

    @property
    def grade(self) -> Grade:
        """The gravest of all that there is to say."""
        grades = [each.grade for each in self.reservations]
        return max(grades, key=list(Grade).index, default=Grade.LOSSLESS)


def reverse(before: Catalog, after: Catalog, *, style: Style = Style.ONLINE) -> Reverse:
    """Return the statements that lead from `after` a migration to `before` it.

    Raises:
        Cycle: there is no order in which they can run.
    """
    back = plan(after, before, style=style)
    found = sorted(
        set(_reservations(back, before, after)), key=lambda each: (each.about, each.text)
    )
    return Reverse(plan=back, reservations=tuple(found))


def _reservations(back: Plan, before: Catalog, after: Catalog) -> Iterator[Reservation]:
    told: set[Id] = set()
    for step in back.steps:
        id = step.target
        if step.loss is Loss.DATA and id in after and id not in told:
            told.add(id)
            yield Reservation(grade=Grade.LOSES, about=id, text=_lost(id))
    for id in sorted(before.nodes.keys() - after.nodes.keys()):
        if _holds_rows(before.nodes[id], after):
            yield Reservation(grade=Grade.CANNOT, about=id, text=f"{id} comes back empty")
    yield from _casts(back, before, after)


def _holds_rows(node: Node, after: Catalog) -> bool:
    """Whether values went with an object: a table's rows, a column's unless they are computed."""
    if node.id.kind == "column":
        return node.parent in after.nodes and not getattr(node, "generated", "")
    return node.id.kind == "table"


def _lost(id: Id) -> str:
    what = "its values are lost" if id.kind == "column" else "its rows are lost"
    return f"{id} is dropped: {what}"


def _casts(back: Plan, before: Catalog, after: Catalog) -> Iterator[Reservation]:
    """Name the columns whose values are cast, one way or the other."""
    for step in back.steps:
        if not _is_cast(step):
            continue
        now, then = after.nodes.get(step.target), before.nodes.get(step.target)
        if now is None or then is None:
            continue
        here, there = getattr(now, "type", ""), getattr(then, "type", "")
        if here == there:
            text = f"{step.target} is cast to the {there} of before: a value it lacks is refused"
            yield Reservation(grade=Grade.LOSES, about=step.target, text=text)
            continue
        if not widens(here, there):
            text = f"{step.target} becomes {there} again: what does not fit is lost or refused"
            yield Reservation(grade=Grade.LOSES, about=step.target, text=text)
        if not widens(there, here):
            text = f"{step.target} was {there} before: what the migration cut off stays lost"
            yield Reservation(grade=Grade.CANNOT, about=step.target, text=text)


def _is_cast(step: Step) -> bool:
    return (
        step.verb is Verb.ALTER
        and step.target.kind == "column"
        and step.rewrites
        and " type " in step.sql
    )


def widens(old: str, new: str) -> bool:
    """Whether every value of one type is kept, as it is, by another.

    Known by name are the exact pairs (PostgreSQL manual, chapter 8); of any other pair the answer
    is no.
    """
    base, _, old_size = old.rstrip(")").partition("(")
    other, _, new_size = new.rstrip(")").partition("(")
    base, other = base.strip(), other.strip()
    if base == other:
        return _at_least(new_size, old_size)
    if base in _TEXTS and other == "text":
        return True
    return not new_size and base in _WIDTHS and other in _WIDTHS[base]


_TEXTS = frozenset({"character varying", "name", "citext"})
_WIDTHS = {
    "smallint": {"integer", "bigint", "numeric"},
    "integer": {"bigint", "numeric", "double precision"},
    "bigint": {"numeric"},
    "real": {"double precision"},
    "json": {"text"},
    "date": {"timestamp without time zone"},
}


def _at_least(new: str, old: str) -> bool:
    """Whether a size such as `10,2` leaves room for all that another does; empty is no limit."""
    if not new or new == old:
        return True
    if not old:
        return False
    wide, narrow = ([int(part) for part in size.split(",")] for size in (new, old))
    if len(wide) == len(narrow) == 1:
        return wide[0] >= narrow[0]
    digits, scale = (*wide, 0)[:2]
    had_digits, had_scale = (*narrow, 0)[:2]
    return scale >= had_scale and digits - scale >= had_digits - had_scale
