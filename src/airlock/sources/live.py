"""Read the catalog of a running database: one snapshot, a few dozen queries, no table of rows."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice

from airlock.kinds import registry
from airlock.model.catalog import Catalog, catalog_of
from airlock.model.node import Node
from airlock.server.connect import Session
from airlock.sources import unmodelled
from airlock.sources.depends import ALIASES, CATALOGS, DEPENDENCIES, Addresses, edges, place

_WHO = "select current_user::text as role"


def read_catalog(session: Session) -> Catalog:
    """Read everything that any kind knows, in scope or not.

    Raises:
        DatabaseError: the login may not read a catalog.
        ConnectionFailed: the connection is gone.
    """
    with _no_collection():
        return _read(session)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Let the garbage collector rest: a catalog is many small values, and none of them garbage.

    It would walk through all of them again and again, for a third of the time of the whole.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _read(session: Session) -> Catalog:
    major = session.server_major
    kinds = [spec for spec in registry().values() if spec.since <= major]
    queries = (spec.query(major) for spec in kinds)
    last = (DEPENDENCIES, unmodelled.query(major))
    # What is loaded is looked at while the server works on what comes next.
    nodes: list[Node] = []
    unread: list[str] = []
    addresses = Addresses()
    resolve = addresses.resolve
    with closing(session.results([_WHO, CATALOGS, ALIASES, *queries, *last])) as results:
        who, catalogs, aliases = islice(results, 3)
        addresses.add_aliases(aliases)
        for spec, rows in zip(kinds, results, strict=False):
            has_subid = bool(rows) and "subid" in rows[0]._fields
            load, known = spec.load, addresses.known[spec.catalog]
            for row in rows:
                node = load(row, resolve)
                if node is None:
                    continue
                nodes.append(node)
                known[place(row.oid, row.subid if has_subid else 0)] = node
                if spec.unread is not None and (what := spec.unread(node)):
                    unread.append(what)
        dependencies, objects = results
    needed = edges(dependencies, catalogs, addresses)
    left = unmodelled.leftovers(objects, addresses)
    described = session.snapshot([unmodelled.description(left)])[0] if left else []
    return catalog_of(
        nodes,
        edges=needed.needs,
        autos=needed.autos,
        major=major,
        role=who[0].role,
        unmodelled=[*unread, *unmodelled.named(objects, described)],
    )
