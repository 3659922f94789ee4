"""Check constraints of domains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._spec import Context, Impact, KindSpec, Resolve, Row, by_attributes
from airlock.kinds._sql import no_member, own_schema
from airlock.kinds._types import tables_with
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Lock, Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainConstraint(Node):
    """A check constraint of a domain."""

    definition: str = attr(holds=Holds.SQL)
    """`CHECK (…)`, as `pg_get_constraintdef` prints it."""
    validated: bool = attr(OnChange.ALTER)


def query(major: int) -> str:
    """Return the query of domains' check constraints."""
    del major
    return f"""
        select
          k.oid,
          n.nspname as schema,
          t.typname as domain,
          k.conname as name,
          pg_get_constraintdef(k.oid) as definition,
          k.convalidated as validated
        from pg_constraint k
        join pg_type t on t.oid = k.contypid
        join pg_namespace n on n.oid = t.typnamespace
        where k.contype = 'c'
          and {own_schema("n")}
          and {no_member("pg_type", "t.oid")}
    """


def load(row: Row, resolve: Resolve) -> DomainConstraint:
    """Read a domain's constraint."""
    del resolve
    return DomainConstraint(
        id=Id("domain constraint", (row.schema, row.domain, row.name)),
        parent=Id("domain", (row.schema, row.domain)),
        definition=row.definition.removesuffix(" NOT VALID"),
        validated=row.validated,
    )


def address(id: Id) -> str:
    """Return `constraint "name" on domain "schema"."domain"`."""
    return f"constraint {quote(id.path[-1])} on domain {quote(*id.path[:-1])}"


def create(constraint: DomainConstraint, context: Context) -> Iterator[Step]:
    """Add it in one step, or without a look at the rows and then that look by itself."""
    late = constraint.validated and context.online(constraint.parent)
    scans = constraint.validated and not late
    on = _tables(constraint, context) if scans else ()
    yield Step(
        sql=f"{_domain(constraint)} add constraint {quote(constraint.id.path[-1])}"
        f" {constraint.definition}{'' if scans else ' not valid'}",
        verb=Verb.CREATE,
        target=constraint.id,
        lock=Lock.SHARE if on else Lock.NONE,
        on=on,
        scans=bool(on),
    )
    if late:
        yield _validate(constraint, context)


def drop(constraint: DomainConstraint, context: Context) -> Iterator[Step]:
    """Drop it."""
    del context
    yield Step(
        sql=f"{_domain(constraint)} drop constraint {quote(constraint.id.path[-1])}",
        verb=Verb.DROP,
        target=constraint.id,
    )


def impact(old: DomainConstraint, new: DomainConstraint, changed: frozenset[str]) -> Impact:
    """Weigh a change: validation is one-way."""
    if "validated" in changed and old.validated:
        return Impact.REPLACE
    return by_attributes(old, new, changed)


def alter(
    old: DomainConstraint, new: DomainConstraint, changed: frozenset[str], context: Context
) -> Iterator[Step]:
    """Validate it."""
    del old, changed
    yield _validate(new, context)


def _validate(constraint: DomainConstraint, context: Context) -> Step:
    on = _tables(constraint, context)
    return Step(
        sql=f"{_domain(constraint)} validate constraint {quote(constraint.id.path[-1])}",
        verb=Verb.ALTER,
        target=constraint.id,
        lock=Lock.SHARE if on else Lock.NONE,
        on=on,
        scans=bool(on),
    )


def _domain(constraint: DomainConstraint) -> str:
    return f"alter domain {quote(*constraint.id.path[:-1])}"


def _tables(constraint: DomainConstraint, context: Context) -> tuple[Id, ...]:
    assert constraint.parent is not None
    return tables_with(constraint.parent, context)


SPEC = KindSpec(
    name="domain constraint",
    node=DomainConstraint,
    catalog="pg_constraint",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    impact=impact,
    locks=dict.fromkeys(Verb, Lock.SHARE) | {Verb.DROP: Lock.NONE},
    order=24,
    address=address,
)
