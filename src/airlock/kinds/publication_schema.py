"""Schemas of publications, whose tables are all published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import quote
from airlock.model.node import Id, Node
from airlock.model.step import Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationSchema(Node):
    """A schema of a publication; its path is publication, schema."""


def query(major: int) -> str:
    """Return the query of schemas that a publication names."""
    del major
    return f"""
        select m.oid, p.pubname as publication, n.nspname as schema
        from pg_publication_namespace m
        join pg_publication p on p.oid = m.pnpubid
        join pg_namespace n on n.oid = m.pnnspid
        where {own_schema("n")} and {no_member("pg_publication", "p.oid")}
    """


def load(row: Row, resolve: Resolve) -> PublicationSchema:
    """Read a membership."""
    del resolve
    return PublicationSchema(
        id=Id("publication schema", (row.publication, row.schema)),
        parent=Id("publication", (row.publication,)),
        needs=(Id("schema", (row.schema,)),),
    )


def create(member: PublicationSchema, context: Context) -> Iterator[Step]:
    """Add the schema."""
    del context
    yield _step(member, Verb.CREATE, "add")


def drop(member: PublicationSchema, context: Context) -> Iterator[Step]:
    """Take the schema out."""
    del context
    yield _step(member, Verb.DROP, "drop")


def _step(member: PublicationSchema, verb: Verb, action: str) -> Step:
    publication, schema = member.id.path
    return Step(
        sql=f"alter publication {quote(publication)} {action} tables in schema {quote(schema)}",
        verb=verb,
        target=member.id,
    )


SPEC = KindSpec(
    name="publication schema",
    node=PublicationSchema,
    catalog="pg_publication_namespace",
    query=query,
    load=load,
    create=create,
    drop=drop,
    locks={},
    order=76,
    since=15,
)
