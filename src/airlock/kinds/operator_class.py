"""Operator classes: how an index access method handles a type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._members import Member, members, members_of
from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, attr
from airlock.model.step import Lock, Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorClass(Node):
    """An operator class, addressed by schema, name and index access method."""

    type: str = attr(holds=Holds.NAMES)
    default: bool = attr()
    family: str = attr(holds=Holds.NAMES)
    """Quoted and qualified."""
    storage: str | None = attr(holds=Holds.NAMES)
    """The type that the index keeps, where it is another."""
    members: tuple[Member, ...] = attr(holds=Holds.NAMES)
    """Those that it cannot be without."""


def query(major: int) -> str:
    """Return the query of operator classes."""
    del major
    return f"""
        select
          c.oid,
          n.nspname as schema,
          c.opcname as name,
          a.amname as method,
          format_type(c.opcintype, null) as type,
          c.opcdefault as default,
          quote_ident(fn.nspname) || '.' || quote_ident(f.opfname) as family,
          case when c.opckeytype <> 0 then format_type(c.opckeytype, null) end as storage,
          {members_of("pg_opclass", "c.oid")}
        from pg_opclass c
        join pg_am a on a.oid = c.opcmethod
        join pg_namespace n on n.oid = c.opcnamespace
        join pg_opfamily f on f.oid = c.opcfamily
        join pg_namespace fn on fn.oid = f.opfnamespace
        where {own_schema("n")}
          and {no_member("pg_opclass", "c.oid")}
    """


def load(row: Row, resolve: Resolve) -> OperatorClass:
    """Read an operator class."""
    del resolve
    return OperatorClass(
        id=Id("operator class", (row.schema, row.name, row.method)),
        parent=Id("schema", (row.schema,)),
        type=row.type,
        default=row.default,
        family=row.family,
        storage=row.storage,
        members=members(row),
    )


def address(id: Id) -> str:
    """Return `operator class "schema"."name" using "method"`."""
    return f"operator class {quote(*id.path[:-1])} using {quote(id.path[-1])}"


def create(opclass: OperatorClass, context: Context) -> Iterator[Step]:
    """Create it in its family."""
    del context
    schema, name, method = opclass.id.path
    items = [whole for _, whole in opclass.members]
    # The list may not be empty, and storage of the type itself says nothing.
    if opclass.storage or not items:
        items.append(f"storage {opclass.storage or opclass.type}")
    listed = ",\n  ".join(items)
    yield Step(
        sql=f"create operator class {quote(schema, name)}{' default' if opclass.default else ''}"
        f" for type {opclass.type} using {quote(method)} family {opclass.family} as\n  {listed}",
        verb=Verb.CREATE,
        target=opclass.id,
    )


def drop(opclass: OperatorClass, context: Context) -> Iterator[Step]:
    """Drop it with its members; the family stays."""
    del context
    yield Step(sql=f"drop {address(opclass.id)}", verb=Verb.DROP, target=opclass.id)


SPEC = KindSpec(
    name="operator class",
    node=OperatorClass,
    catalog="pg_opclass",
    query=query,
    load=load,
    create=create,
    drop=drop,
    locks=dict.fromkeys(Verb, Lock.NONE),
    order=38,
    address=address,
)
