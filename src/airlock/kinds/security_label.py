"""Security labels, one for each object and label provider."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds import kind
from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._target import FIELDS, JOINS, about, goes_along, locate, locked
from airlock.model.names import literal, quote
from airlock.model.node import Node, OnChange, attr, satellite
from airlock.model.step import Lock, Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityLabel(Node):
    """A label; its path ends with the provider."""

    label: str = attr(OnChange.ALTER)


def query(major: int) -> str:
    """Return the query of labels."""
    del major
    return f"""
        select
          {FIELDS},
          d.provider,
          d.label
        from (
          select objoid, classoid, objsubid, provider, label
          from pg_seclabel
          union all
          select objoid, classoid, 0, provider, label
          from pg_shseclabel
          where classoid = 'pg_authid'::regclass
        ) d
        {JOINS}
    """


def load(row: Row, resolve: Resolve) -> SecurityLabel | None:
    """Read a label of what is a node, or part of one."""
    target = locate(row, resolve)
    if target is None or kind(target.id.kind).address is None:
        return None
    return SecurityLabel(
        id=satellite("security label", target.id, row.provider),
        parent=target.parent,
        label=row.label,
    )


def create(label: SecurityLabel, context: Context) -> Iterator[Step]:
    """Set it; the provider has to be loaded on the server."""
    yield _step(label, literal(label.label).strip(), Verb.CREATE, context)


def drop(label: SecurityLabel, context: Context) -> Iterator[Step]:
    """Take it away."""
    if not goes_along(label, context):
        yield _step(label, "null", Verb.DROP, context)


def alter(
    old: SecurityLabel, new: SecurityLabel, changed: frozenset[str], context: Context
) -> Iterator[Step]:
    """Set another."""
    del old, changed
    yield _step(new, literal(new.label).strip(), Verb.ALTER, context)


def _step(label: SecurityLabel, text: str, verb: Verb, context: Context) -> Step:
    target = about(label.id, extra=1)
    address = kind(target.kind).address
    assert address is not None
    on = locked(target, label, context)
    return Step(
        sql=f"security label for {quote(label.id.path[-1])} on {address(target)} is {text}",
        verb=verb,
        target=label.id,
        lock=Lock.SHARE_UPDATE_EXCLUSIVE if on else Lock.NONE,
        on=on,
    )


SPEC = KindSpec(
    name="security label",
    verbatim=True,
    node=SecurityLabel,
    catalog="pg_seclabel",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    locks=dict.fromkeys(Verb, Lock.SHARE_UPDATE_EXCLUSIVE),
    order=95,
    is_said=True,
)
