"""Text search parsers: five functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, attr
from airlock.model.step import Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSearchParser(Node):
    """A text search parser; functions are quoted and qualified."""

    start: str = attr(holds=Holds.NAMES)
    gettoken: str = attr(holds=Holds.NAMES)
    end: str = attr(holds=Holds.NAMES)
    headline: str | None = attr(holds=Holds.NAMES)
    lextypes: str = attr(holds=Holds.NAMES)


def query(major: int) -> str:
    """Return the query of parsers."""
    del major
    return f"""
        select
          p.oid,
          n.nspname as schema,
          p.prsname as name,
          p.prsstart::text as start,
          p.prstoken::text as gettoken,
          p.prsend::text as end,
          nullif(p.prsheadline, 0)::regproc::text as headline,
          p.prslextype::text as lextypes
        from pg_ts_parser p
        join pg_namespace n on n.oid = p.prsnamespace
        where {own_schema("n")} and {no_member("pg_ts_parser", "p.oid")}
    """


def load(row: Row, resolve: Resolve) -> TextSearchParser:
    """Read a parser."""
    del resolve
    return TextSearchParser(
        id=Id("text search parser", (row.schema, row.name)),
        parent=Id("schema", (row.schema,)),
        start=row.start,
        gettoken=row.gettoken,
        end=row.end,
        headline=row.headline,
        lextypes=row.lextypes,
    )


def address(id: Id) -> str:
    """Return `text search parser "schema"."name"`."""
    return f"text search parser {quote(*id.path)}"


def create(parser: TextSearchParser, context: Context) -> Iterator[Step]:
    """Create it."""
    del context
    headline = f", headline = {parser.headline}" if parser.headline else ""
    yield Step(
        sql=f"create {address(parser.id)} (start = {parser.start}, gettoken = {parser.gettoken},"
        f" end = {parser.end}, lextypes = {parser.lextypes}{headline})",
        verb=Verb.CREATE,
        target=parser.id,
    )


def drop(parser: TextSearchParser, context: Context) -> Iterator[Step]:
    """Drop it."""
    del context
    yield Step(sql=f"drop {address(parser.id)}", verb=Verb.DROP, target=parser.id)


SPEC = KindSpec(
    name="text search parser",
    node=TextSearchParser,
    catalog="pg_ts_parser",
    query=query,
    load=load,
    create=create,
    drop=drop,
    locks={},
    order=39,
    address=address,
)
