"""Conversions between encodings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import literal, quote
from airlock.model.node import Holds, Id, Node, attr
from airlock.model.step import Lock, Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion(Node):
    """A conversion."""

    source: str = attr(holds=Holds.NAMES)
    """The encoding that it leads from."""
    target: str = attr(holds=Holds.NAMES)
    function: str = attr(holds=Holds.NAMES)
    """As `regproc` spells it."""
    default: bool = attr()


def query(major: int) -> str:
    """Return the query of conversions."""
    del major
    return f"""
        select
          c.oid,
          n.nspname as schema,
          c.conname as name,
          pg_encoding_to_char(c.conforencoding)::text as source,
          pg_encoding_to_char(c.contoencoding)::text as target,
          c.conproc::text as function,
          c.condefault as default
        from pg_conversion c
        join pg_namespace n on n.oid = c.connamespace
        where {own_schema("n")}
          and {no_member("pg_conversion", "c.oid")}
    """


def load(row: Row, resolve: Resolve) -> Conversion:
    """Read a conversion."""
    del resolve
    return Conversion(
        id=Id("conversion", (row.schema, row.name)),
        parent=Id("schema", (row.schema,)),
        source=row.source,
        target=row.target,
        function=row.function,
        default=row.default,
    )


def address(id: Id) -> str:
    """Return `conversion "schema"."name"`."""
    return f"conversion {quote(*id.path)}"


def create(conversion: Conversion, context: Context) -> Iterator[Step]:
    """Create it."""
    del context
    yield Step(
        sql=f"create {'default ' if conversion.default else ''}{address(conversion.id)}"
        f" for {literal(conversion.source)} to {literal(conversion.target)}"
        f" from {conversion.function}",
        verb=Verb.CREATE,
        target=conversion.id,
    )


def drop(conversion: Conversion, context: Context) -> Iterator[Step]:
    """Drop it."""
    del context
    yield Step(sql=f"drop {address(conversion.id)}", verb=Verb.DROP, target=conversion.id)


SPEC = KindSpec(
    name="conversion",
    node=Conversion,
    catalog="pg_conversion",
    query=query,
    load=load,
    create=create,
    drop=drop,
    locks=dict.fromkeys(Verb, Lock.NONE),
    order=39,
    address=address,
)
