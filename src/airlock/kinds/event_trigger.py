"""Event triggers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._firing import FIRING, ORIGIN
from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._sql import no_member
from airlock.model.names import literal, quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTrigger(Node):
    """An event trigger; it belongs to the database, not to a schema."""

    event: str = attr(holds=Holds.NAMES)
    tags: tuple[str, ...] = attr(holds=Holds.NAMES)
    """Of the commands that fire it, in order; empty for all."""
    function: tuple[str, str] = attr(holds=Holds.NAMES)
    """Schema and name."""
    enabled: str = attr(OnChange.ALTER, holds=Holds.NAMES)
    """`O` origin, `D` disabled, `R` replica, `A` always."""


def query(major: int) -> str:
    """Return the query of event triggers."""
    del major
    return f"""
        select
          e.oid,
          e.evtname as name,
          e.evtevent as event,
          e.evttags as tags,
          n.nspname as function_schema,
          p.proname as function_name,
          e.evtenabled::text as enabled
        from pg_event_trigger e
        join pg_proc p on p.oid = e.evtfoid
        join pg_namespace n on n.oid = p.pronamespace
        where {no_member("pg_event_trigger", "e.oid")}
    """


def load(row: Row, resolve: Resolve) -> EventTrigger:
    """Read an event trigger."""
    del resolve
    return EventTrigger(
        id=Id("event trigger", (row.name,)),
        event=row.event,
        tags=tuple(row.tags or ()),
        function=(row.function_schema, row.function_name),
        enabled=row.enabled,
    )


def address(id: Id) -> str:
    """Return `event trigger "name"`."""
    return f"event trigger {quote(*id.path)}"


def create(trigger: EventTrigger, context: Context) -> Iterator[Step]:
    """Create it."""
    del context
    tags = ", ".join(literal(tag) for tag in trigger.tags)
    when = f" when tag in ({tags})" if tags else ""
    yield Step(
        sql=f"create {address(trigger.id)} on {quote(trigger.event)}{when}"
        f" execute function {quote(*trigger.function)}()",
        verb=Verb.CREATE,
        target=trigger.id,
    )
    if trigger.enabled != ORIGIN:
        yield _switch(trigger)


def drop(trigger: EventTrigger, context: Context) -> Iterator[Step]:
    """Drop it."""
    del context
    yield Step(sql=f"drop {address(trigger.id)}", verb=Verb.DROP, target=trigger.id)


def alter(
    old: EventTrigger, new: EventTrigger, changed: frozenset[str], context: Context
) -> Iterator[Step]:
    """Switch it on or off."""
    del old, changed, context
    yield _switch(new)


def _switch(trigger: EventTrigger) -> Step:
    return Step(
        sql=f"alter {address(trigger.id)} {FIRING[trigger.enabled]}",
        verb=Verb.ALTER,
        target=trigger.id,
    )


SPEC = KindSpec(
    name="event trigger",
    node=EventTrigger,
    catalog="pg_event_trigger",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    locks={},
    order=80,
    address=address,
)
