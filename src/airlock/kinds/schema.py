"""Schemas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import quote
from airlock.model.node import Id, Node
from airlock.model.step import Loss, Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema(Node):
    """A schema; owner, privileges and comment are nodes of their own."""


def query(major: int) -> str:
    """Return the query of schemas."""
    del major
    return f"""
        select n.oid, n.nspname as name
        from pg_namespace n
        where {own_schema("n")} and {no_member("pg_namespace", "n.oid")}
    """


def load(row: Row, resolve: Resolve) -> Schema:
    """Read a schema."""
    del resolve
    return Schema(id=Id("schema", (row.name,)))


def address(id: Id) -> str:
    """Return `schema "name"`."""
    return f"schema {quote(*id.path)}"


def create(schema: Schema, context: Context) -> Iterator[Step]:
    """Create it empty."""
    del context
    yield Step(sql=f"create {address(schema.id)}", verb=Verb.CREATE, target=schema.id)


def drop(schema: Schema, context: Context) -> Iterator[Step]:
    """Drop it; what it held is dropped before."""
    del context
    yield Step(sql=f"drop {address(schema.id)}", verb=Verb.DROP, target=schema.id, loss=Loss.NONE)


SPEC = KindSpec(
    name="schema",
    node=Schema,
    catalog="pg_namespace",
    query=query,
    load=load,
    create=create,
    drop=drop,
    locks={},
    order=10,
    address=address,
    takes_children=False,
)
