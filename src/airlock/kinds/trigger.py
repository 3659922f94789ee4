"""Triggers of tables, views and foreign tables, constraint triggers included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._firing import FIRING, ORIGIN
from airlock.kinds._relation import alter_relation, relation
from airlock.kinds._spec import Context, Impact, KindSpec, Resolve, Row, by_attributes
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Lock, Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger(Node):
    """A trigger; its copies on partitions are part of it."""

    constraint: bool = attr()
    """Whether it is a constraint trigger, which can be deferred and never replaced."""
    definition: str = attr(OnChange.ALTER, holds=Holds.SQL)
    """As `pg_get_triggerdef` prints it."""
    enabled: str = attr(OnChange.ALTER, holds=Holds.NAMES)
    """`O` origin, `D` disabled, `R` replica, `A` always."""
    exceptions: tuple[str, ...] = attr(OnChange.ALTER, holds=Holds.NAMES)
    """Partitions whose copy is in another state: `state "schema"."table"`, in order."""


def query(major: int) -> str:
    """Return the query of triggers; those of an extension's table come with the extension."""
    del major
    return f"""
        with recursive copy as (
          select t.oid as whole, t.tgenabled as state, t.oid, t.tgenabled, t.tgrelid
          from pg_trigger t
          where t.tgparentid = 0 and not t.tgisinternal
          union all
          select copy.whole, copy.state, t.oid, t.tgenabled, t.tgrelid
          from copy
          join pg_trigger t on t.tgparentid = copy.oid
        ),
        exception as (
          select
            copy.whole,
            array_agg(array[copy.tgenabled::text, n.nspname::text, c.relname::text]) as listed
          from copy
          join pg_class c on c.oid = copy.tgrelid
          join pg_namespace n on n.oid = c.relnamespace
          where copy.tgenabled <> copy.state
          group by copy.whole
        )
        select
          t.oid,
          n.nspname as schema,
          c.relname as relation,
          c.relkind::text as relkind,
          t.tgname as name,
          t.tgconstraint <> 0 as constraint,
          pg_get_triggerdef(t.oid) as definition,
          t.tgenabled::text as enabled,
          exception.listed as exceptions
        from pg_trigger t
        join pg_class c on c.oid = t.tgrelid
        join pg_namespace n on n.oid = c.relnamespace
        left join exception on exception.whole = t.oid
        where t.tgparentid = 0
          and not t.tgisinternal
          and {own_schema("n")}
          and {no_member("pg_class", "c.oid")}
    """


def load(row: Row, resolve: Resolve) -> Trigger:
    """Read a trigger."""
    del resolve
    exceptions = sorted(row.exceptions or ())
    return Trigger(
        id=Id("trigger", (row.schema, row.relation, row.name)),
        parent=relation(row.relkind, row.schema, row.relation),
        needs=tuple(Id("partition", (schema, table)) for _, schema, table in exceptions),
        constraint=row.constraint,
        definition=row.definition,
        enabled=row.enabled,
        exceptions=tuple(f"{state} {quote(*path)}" for state, *path in exceptions),
    )


def address(id: Id) -> str:
    """Return `trigger "name" on "schema"."relation"`."""
    return f"trigger {quote(id.path[-1])} on {quote(*id.path[:-1])}"


def create(trigger: Trigger, context: Context) -> Iterator[Step]:
    """Create it."""
    del context
    yield _step(trigger, Verb.CREATE, trigger.definition)
    yield from _switches(trigger)


def drop(trigger: Trigger, context: Context) -> Iterator[Step]:
    """Drop it."""
    del context
    yield _step(trigger, Verb.DROP, f"drop {address(trigger.id)}", Lock.ACCESS_EXCLUSIVE)


def impact(old: Trigger, new: Trigger, changed: frozenset[str]) -> Impact:
    """Weigh a change: CREATE OR REPLACE knows no constraint triggers."""
    if "definition" in changed and new.constraint:
        return Impact.REPLACE
    return by_attributes(old, new, changed)


def alter(old: Trigger, new: Trigger, changed: frozenset[str], context: Context) -> Iterator[Step]:
    """Replace it, which enables it, or switch it on or off, which does so on partitions too."""
    del old, context
    if "definition" in changed:
        replaced = new.definition.replace("CREATE TRIGGER ", "CREATE OR REPLACE TRIGGER ", 1)
        yield _step(new, Verb.ALTER, replaced)
        yield from _switches(new)
        return
    # It reaches the copies on all partitions, so that exceptions which are over end with it.
    yield _switch(new)
    yield from _exceptions(new)


def _switches(trigger: Trigger) -> Iterator[Step]:
    if trigger.enabled != ORIGIN:
        yield _switch(trigger)
    yield from _exceptions(trigger)


def _switch(trigger: Trigger) -> Step:
    assert trigger.parent is not None
    name = quote(trigger.id.path[-1])
    way = FIRING[trigger.enabled]
    return _step(trigger, Verb.ALTER, f"{alter_relation(trigger.parent)} {way} trigger {name}")


def _exceptions(trigger: Trigger) -> Iterator[Step]:
    for each in trigger.exceptions:
        state, _, table = each.partition(" ")
        name = quote(trigger.id.path[-1])
        yield _step(trigger, Verb.ALTER, f"alter table only {table} {FIRING[state]} trigger {name}")


def _step(trigger: Trigger, verb: Verb, sql: str, lock: Lock = Lock.SHARE_ROW_EXCLUSIVE) -> Step:
    assert trigger.parent is not None
    return Step(sql=sql, verb=verb, target=trigger.id, lock=lock, on=(trigger.parent,))


SPEC = KindSpec(
    name="trigger",
    node=Trigger,
    catalog="pg_trigger",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    impact=impact,
    locks={
        Verb.CREATE: Lock.SHARE_ROW_EXCLUSIVE,
        Verb.ALTER: Lock.SHARE_ROW_EXCLUSIVE,
        Verb.DROP: Lock.ACCESS_EXCLUSIVE,
    },
    order=66,
    address=address,
    pins_types=True,
)
