"""Subscriptions, never with their connection string.

Nothing here connects to a publisher, since a plan is tried on copies of a database: a
subscription is created with `connect = false`, changed without a refresh, and freed of its slot
before it is dropped. Whether one is enabled is read to be shown and is no difference; `pg_dump`
does not write it either.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from airlock.kinds._spec import Context, Impact, KindSpec, Resolve, Row
from airlock.model.names import literal, quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Step, Verb

_STREAMING = {"f": "off", "false": "off", "t": "on", "true": "on", "p": "parallel"}
_CONNECTED = frozenset({"two_phase", "failover"})
"""Parameters that Postgres changes on the publisher, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription(Node):
    """A subscription."""

    publications: tuple[str, ...] = attr(OnChange.ALTER, holds=Holds.NAMES)
    """In the order in which they were named, as `pg_dump` writes them."""
    slot: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    parameters: tuple[str, ...] = attr(OnChange.ALTER, holds=Holds.SQL)
    """`name = value` of each that the server's major version has."""
    enabled: bool = attr(OnChange.IGNORE)


_PARAMETERS = (
    ("binary", 14, "s.subbinary::text"),
    ("streaming", 14, "s.substream::text"),
    ("synchronous_commit", 14, "quote_literal(s.subsynccommit)"),
    ("two_phase", 15, "(s.subtwophasestate <> 'd')::text"),
    ("disable_on_error", 15, "s.subdisableonerr::text"),
    ("password_required", 16, "s.subpasswordrequired::text"),
    ("run_as_owner", 16, "s.subrunasowner::text"),
    ("origin", 16, "quote_literal(s.suborigin)"),
    ("failover", 17, "s.subfailover::text"),
)
"""Name, first major, and where it stands; all of it in columns that everybody may read."""


_DEFAULTS = frozenset(
    {"binary = false", "synchronous_commit = 'off'", "two_phase = false"}
    | {"disable_on_error = false", "password_required = true", "run_as_owner = false"}
    | {"origin = 'any'", "failover = false"}
)
_PARALLEL = 18
"""First major whose subscriptions stream in parallel by default."""


def query(major: int) -> str:
    """Return the query of this database's subscriptions."""
    found = ", ".join(f"'{name}', {value}" for name, since, value in _PARAMETERS if since <= major)
    return f"""
        select
          s.oid,
          s.subname as name,
          s.subpublications as publications,
          s.subslotname as slot,
          array[{found}] as parameters,
          s.subenabled as enabled
        from pg_subscription s
        where s.subdbid = (select d.oid from pg_database d where d.datname = current_database())
    """


def load(row: Row, resolve: Resolve) -> Subscription:
    """Read a subscription."""
    del resolve
    flat = row.parameters
    pairs = zip(flat[::2], flat[1::2], strict=True)
    return Subscription(
        id=Id("subscription", (row.name,)),
        publications=tuple(row.publications),
        slot=row.slot,
        parameters=tuple(
            f"{name} = {_STREAMING[value] if name == 'streaming' else value}"
            for name, value in pairs
        ),
        enabled=row.enabled,
    )


def level(subscription: Subscription, low: int, major: int) -> Subscription:
    """Leave out parameters that an old server does not know, and take defaults for defaults."""
    known = {name for name, since, _ in _PARAMETERS if since <= low}
    kept = [each for each in subscription.parameters if each.split(" = ")[0] in known]
    if low < _PARALLEL:
        usual = "parallel" if major >= _PARALLEL else "off"
        kept = [
            f"streaming = {usual}" if each in ("streaming = parallel", "streaming = off") else each
            for each in kept
        ]
    late = (f"{name} = " for name, since, _ in _PARAMETERS if low < since <= major)
    kept += [default for head in late for default in _DEFAULTS if default.startswith(head)]
    return replace(subscription, parameters=tuple(kept))


def address(id: Id) -> str:
    """Return `subscription "name"`."""
    return f"subscription {quote(*id.path)}"


def create(subscription: Subscription, context: Context) -> Iterator[Step]:
    """Create it disabled, with an empty connection string."""
    defaults = {*_DEFAULTS, f"streaming = {'parallel' if context.major >= _PARALLEL else 'off'}"}
    different = [each for each in subscription.parameters if each not in defaults]
    parameters = ", ".join(("connect = false", _slot(subscription), *different))
    yield Step(
        sql=f"create {address(subscription.id)} connection ''"
        f" publication {_publications(subscription)} with ({parameters})",
        verb=Verb.CREATE,
        target=subscription.id,
        hazard="the connection string is not known: set it by hand, then make the slot, enable"
        " the subscription and refresh it",
    )


def drop(subscription: Subscription, context: Context) -> Iterator[Step]:
    """Drop it without a word to the publisher."""
    del context
    step = partial(Step, verb=Verb.DROP, target=subscription.id)
    this = address(subscription.id)
    if subscription.slot is not None:
        yield step(sql=f"alter {this} disable")
        yield step(sql=f"alter {this} set (slot_name = none)")
    slot = f"; the slot {subscription.slot} stays on the publisher" if subscription.slot else ""
    yield step(sql=f"drop {this}", hazard=f"its connection string is lost{slot}")


def impact(old: Subscription, new: Subscription, changed: frozenset[str]) -> Impact:
    """Weigh a change: what the publisher has to know cannot be changed without it."""
    del changed
    differing = set(old.parameters) ^ set(new.parameters)
    names = {each.partition(" = ")[0] for each in differing}
    return Impact.REPLACE if names & _CONNECTED else Impact.IN_PLACE


def alter(
    old: Subscription, new: Subscription, changed: frozenset[str], context: Context
) -> Iterator[Step]:
    """Change it in place."""
    del context
    step = partial(Step, verb=Verb.ALTER, target=new.id)
    this = f"alter {address(new.id)}"
    if "slot" in changed and new.slot is None:
        yield step(sql=f"{this} disable", hazard="the subscription stops")
    different = [each for each in new.parameters if each not in old.parameters]
    if "slot" in changed:
        different.insert(0, _slot(new))
    if different:
        yield step(sql=f"{this} set ({', '.join(different)})")
    if "publications" in changed:
        yield step(
            sql=f"{this} set publication {_publications(new)} with (refresh = false)",
            hazard="tables join or leave only when the subscription is refreshed",
        )


def _slot(subscription: Subscription) -> str:
    name = "none" if subscription.slot is None else literal(subscription.slot)
    return f"slot_name = {name}"


def _publications(subscription: Subscription) -> str:
    return ", ".join(quote(name) for name in subscription.publications)


def unread(subscription: Subscription) -> str:
    """Return that the connection string stays on the server."""
    return f"connection string of {subscription.id}"


SPEC = KindSpec(
    name="subscription",
    node=Subscription,
    catalog="pg_subscription",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    impact=impact,
    locks={},
    order=76,
    unread=unread,
    address=address,
    levelled=level,
)
