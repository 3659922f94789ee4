"""Operator families, with the members that belong to none of their classes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._members import Member, members, members_of
from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Lock, Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorFamily(Node):
    """An operator family, addressed by schema, name and index access method."""

    members: tuple[Member, ...] = attr(OnChange.ALTER, holds=Holds.NAMES)
    """Loose ones: what pg_dump prints as ALTER OPERATOR FAMILY … ADD."""


def query(major: int) -> str:
    """Return the query of operator families."""
    del major
    return f"""
        select
          f.oid,
          n.nspname as schema,
          f.opfname as name,
          a.amname as method,
          {members_of("pg_opfamily", "f.oid")}
        from pg_opfamily f
        join pg_am a on a.oid = f.opfmethod
        join pg_namespace n on n.oid = f.opfnamespace
        where {own_schema("n")}
          and {no_member("pg_opfamily", "f.oid")}
    """


def load(row: Row, resolve: Resolve) -> OperatorFamily:
    """Read an operator family."""
    del resolve
    return OperatorFamily(
        id=Id("operator family", (row.schema, row.name, row.method)),
        parent=Id("schema", (row.schema,)),
        members=members(row),
    )


def address(id: Id) -> str:
    """Return `operator family "schema"."name" using "method"`."""
    return f"operator family {quote(*id.path[:-1])} using {quote(id.path[-1])}"


def create(family: OperatorFamily, context: Context) -> Iterator[Step]:
    """Create it, then give it its loose members."""
    del context
    yield Step(sql=f"create {address(family.id)}", verb=Verb.CREATE, target=family.id)
    if family.members:
        yield _alter(family.id, "add", [whole for _, whole in family.members])


def drop(family: OperatorFamily, context: Context) -> Iterator[Step]:
    """Drop it with its classes."""
    del context
    yield Step(sql=f"drop {address(family.id)}", verb=Verb.DROP, target=family.id)


def alter(
    old: OperatorFamily, new: OperatorFamily, changed: frozenset[str], context: Context
) -> Iterator[Step]:
    """Take members out and put others in; one that is another now is both."""
    del changed, context
    gone = [key for key, whole in old.members if (key, whole) not in new.members]
    come = [whole for key, whole in new.members if (key, whole) not in old.members]
    if gone:
        yield _alter(new.id, "drop", gone)
    if come:
        yield _alter(new.id, "add", come)


def _alter(id: Id, action: str, items: list[str]) -> Step:
    listed = ",\n  ".join(items)
    return Step(sql=f"alter {address(id)} {action}\n  {listed}", verb=Verb.ALTER, target=id)


SPEC = KindSpec(
    name="operator family",
    node=OperatorFamily,
    catalog="pg_opfamily",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    locks=dict.fromkeys(Verb, Lock.NONE),
    order=36,
    address=address,
)
