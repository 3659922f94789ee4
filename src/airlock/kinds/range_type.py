"""Range types, with the multirange type that comes along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from airlock.kinds._spec import Context, Impact, KindSpec, Resolve, Row, type_claims
from airlock.kinds._sql import no_member, own_schema
from airlock.kinds._types import collation_of
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Lock, Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeType(Node):
    """A range type."""

    subtype: str = attr(holds=Holds.NAMES)
    opclass: str | None = attr(holds=Holds.NAMES)
    """Quoted and qualified, where it is not the subtype's default."""
    collation: str | None = attr(holds=Holds.NAMES)
    """Quoted and qualified, where it is not the subtype's own."""
    canonical: str | None = attr(holds=Holds.NAMES)
    """The function that brings a range into its one form."""
    difference: str | None = attr(holds=Holds.NAMES)
    """The function that says how far apart two values are."""
    multirange: tuple[str, ...] = attr(holds=Holds.NAMES)
    """Schema and name of the multirange type."""
    constructors: tuple[str, ...] = attr(OnChange.IGNORE, holds=Holds.NAMES)
    """The functions that bear the name of one of both types, as `regprocedure` spells them."""


def query(major: int) -> str:
    """Return the query of range types."""
    del major
    return f"""
        select
          t.oid,
          n.nspname as schema,
          t.typname as name,
          format_type(r.rngsubtype, null) as subtype,
          case
            when not o.opcdefault
            then quote_ident(opn.nspname) || '.' || quote_ident(o.opcname)
          end as opclass,
          {collation_of("r.rngcollation", "s.typcollation")} as collation,
          nullif(r.rngcanonical::text, '-') as canonical,
          nullif(r.rngsubdiff::text, '-') as difference,
          array[mn.nspname, m.typname]::text[] as multirange,
          (
            select array_agg(d.objid::regprocedure::text order by d.objid::regprocedure::text)
            from pg_depend d
            where d.classid = 'pg_proc'::regclass
              and d.refclassid = 'pg_type'::regclass
              and d.refobjid in (r.rngtypid, r.rngmultitypid)
              and d.deptype = 'i'
          ) as constructors
        from pg_range r
        join pg_type t on t.oid = r.rngtypid
        join pg_namespace n on n.oid = t.typnamespace
        join pg_type s on s.oid = r.rngsubtype
        join pg_opclass o on o.oid = r.rngsubopc
        join pg_namespace opn on opn.oid = o.opcnamespace
        join pg_type m on m.oid = r.rngmultitypid
        join pg_namespace mn on mn.oid = m.typnamespace
        where {own_schema("n")}
          and {no_member("pg_type", "t.oid")}
    """


def load(row: Row, resolve: Resolve) -> RangeType:
    """Read a range type."""
    del resolve
    return RangeType(
        id=Id("range type", (row.schema, row.name)),
        parent=Id("schema", (row.schema,)),
        subtype=row.subtype,
        opclass=row.opclass,
        collation=row.collation,
        canonical=row.canonical,
        difference=row.difference,
        multirange=tuple(row.multirange),
        constructors=tuple(row.constructors or ()),
    )


def address(id: Id) -> str:
    """Return `type "schema"."name"`."""
    return f"type {quote(*id.path)}"


def create(ranges: RangeType, context: Context) -> Iterator[Step]:
    """Create it with its multirange type."""
    del context
    said = {
        "subtype": ranges.subtype,
        "subtype_opclass": ranges.opclass,
        "collation": ranges.collation,
        "canonical": ranges.canonical,
        "subtype_diff": ranges.difference,
        "multirange_type_name": quote(*ranges.multirange),
    }
    yield Step(
        sql=f"create {address(ranges.id)} as range",
        verb=Verb.CREATE,
        target=ranges.id,
        elements=tuple(f"{name} = {value}" for name, value in said.items() if value),
    )


def drop(ranges: RangeType, context: Context) -> Iterator[Step]:
    """Drop it with its multirange type; columns of both are gone before."""
    del context
    yield Step(sql=f"drop {address(ranges.id)}", verb=Verb.DROP, target=ranges.id)


def impact(old: RangeType, new: RangeType, changed: frozenset[str]) -> Impact:
    """Weigh a change: nothing of a range type can be altered."""
    del old, new, changed
    return Impact.RECAST


def holds(ranges: RangeType) -> tuple[tuple[str, ...], ...]:
    """Claim the multirange type's name among types."""
    return (("type", *ranges.multirange),)


def aside(ranges: RangeType, name: str) -> Iterator[Step]:
    """Rename it, its multirange type and the functions that bear their names."""
    step = partial(Step, verb=Verb.ALTER, target=ranges.id)
    # The functions first: their addresses name the types.
    for function in ranges.constructors:
        yield step(sql=f"alter function {function} rename to {quote(name)}")
    yield step(sql=f"alter type {quote(*ranges.multirange)} rename to {quote(f'{name}_multi')}")
    yield step(sql=f"alter {address(ranges.id)} rename to {quote(name)}")


SPEC = KindSpec(
    name="range type",
    node=RangeType,
    catalog="pg_type",
    query=query,
    load=load,
    create=create,
    drop=drop,
    impact=impact,
    locks=dict.fromkeys(Verb, Lock.NONE),
    order=23,
    address=address,
    claims=type_claims,
    holds=holds,
    is_type=True,
    aside=aside,
)
