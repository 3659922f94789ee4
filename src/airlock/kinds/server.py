"""Foreign servers.

Host, port and database of a server are where data can be found, so of these, as of everything
that `_foreign` does not list as plain, the name of the option is all that is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._foreign import (
    Options,
    changes,
    clause,
    hazard,
    hidden,
    options,
    readable,
)
from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._sql import no_member
from airlock.model.names import literal, quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Server(Node):
    """A foreign server."""

    wrapper: str = attr(holds=Holds.NAMES)
    type: str | None = attr()
    version: str | None = attr(OnChange.ALTER)
    options: Options = attr(OnChange.ALTER, holds=Holds.OPTIONS)


def query(major: int) -> str:
    """Return the query of servers."""
    del major
    return f"""
        select
          s.oid,
          s.srvname as name,
          w.fdwname as wrapper,
          s.srvtype as type,
          s.srvversion as version,
          {readable("s.srvoptions")} as options
        from pg_foreign_server s
        join pg_foreign_data_wrapper w on w.oid = s.srvfdw
        where {no_member("pg_foreign_server", "s.oid")}
    """


def load(row: Row, resolve: Resolve) -> Server:
    """Read a server; the wrapper may be an extension's, which `pg_depend` knows."""
    del resolve
    return Server(
        id=Id("server", (row.name,)),
        wrapper=row.wrapper,
        type=row.type,
        version=row.version,
        options=options(row.options),
    )


def address(id: Id) -> str:
    """Return `server "name"`."""
    return f"server {quote(*id.path)}"


def create(server: Server, context: Context) -> Iterator[Step]:
    """Create it."""
    del context
    kind = f" type {literal(server.type).strip()}" if server.type is not None else ""
    version = f" version {literal(server.version).strip()}" if server.version is not None else ""
    yield Step(
        sql=f"create {address(server.id)}{kind}{version}"
        f" foreign data wrapper {quote(server.wrapper)}{clause(server.options)}",
        verb=Verb.CREATE,
        target=server.id,
        hazard=hazard(server.options),
    )


def drop(server: Server, context: Context) -> Iterator[Step]:
    """Drop it; mappings and foreign tables go before."""
    del context
    yield Step(
        sql=f"drop {address(server.id)}",
        verb=Verb.DROP,
        target=server.id,
        hazard=hazard(server.options) and "its host and login are lost: note them before",
    )


def alter(old: Server, new: Server, changed: frozenset[str], context: Context) -> Iterator[Step]:
    """Change version and options in place."""
    del context
    clauses = ""
    if "version" in changed:
        clauses += f" version {literal(new.version).strip() if new.version else 'null'}"
    if found := changes(old.options, new.options):
        clauses += f" {found}"
    if clauses:
        yield Step(
            sql=f"alter {address(new.id)}{clauses}",
            verb=Verb.ALTER,
            target=new.id,
            hazard=hazard(new.options, old.options),
        )


def unread(server: Server) -> str | None:
    """Return which options' values stay on the server."""
    return hidden(server.options, server.id)


SPEC = KindSpec(
    name="server",
    node=Server,
    catalog="pg_foreign_server",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    locks={},
    order=32,
    address=address,
    unread=unread,
)
