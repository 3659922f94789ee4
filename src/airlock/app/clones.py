"""A source's schema made again on a shadow: from a dump, or from its catalog alone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from airlock.app.workspace import Workspace
from airlock.errors import ServerError
from airlock.model.failure import StatementRefused

if TYPE_CHECKING:
    from airlock.model.catalog import Catalog
    from airlock.server.address import Address
    from airlock.server.baseline import Baseline


class SourceFailed(StatementRefused):
    """A file of a source does not run: there is nothing to compare with."""

    exit_code = 2


class NoCopy(ServerError):
    """A role of a source cannot be made on the shadow server."""

    code = "copy"


_ABOUT_ROLES = frozenset({"role", "membership"})
_ROLES = threading.Lock()
"""Roles belong to the server: of two copies that are made at once, one makes what both need."""

_IS_FIRST = "select 1 from pg_catalog.pg_roles where rolname = %s and oid = 10"
"""Whether a role is the superuser that the server was made with."""

Clone = Callable[[], AbstractContextManager["Address"]]


def from_dump(workspace: Workspace, address: Address, label: str, catalog: Catalog) -> Clone:
    """Return what makes a database from `pg_dump -s` of another; `catalog` is all of it.

    On shadows the same role runs all plans, and owns what it owned elsewhere.
    """

    @contextmanager
    def clone() -> Iterator[Address]:
        from airlock.server.baseline import Baseline
        from airlock.server.dump import dump, dumper, restore

        workspace.progress.note(f"copying the schema of {label}")
        text = dump(address, build=dumper(catalog.major, home=workspace.home))
        databases = workspace.stock.databases
        template = databases.baseline(Baseline.PLAIN, expose_new_tables=False)
        with databases.shadow(template) as name:
            place = databases.cluster.address(name, label=f"copy of {label}")
            _make_roles(place, catalog)
            restore(text, place)
            _hand_over(place, catalog)
            yield place

    return clone


def from_catalog(workspace: Workspace, label: str, catalog: Catalog, baseline: Baseline) -> Clone:
    """Return what makes a database from nothing but a catalog."""

    @contextmanager
    def clone() -> Iterator[Address]:
        workspace.progress.note(f"building the schema of {label}")
        stock = workspace.stock
        template = stock.databases.baseline(baseline, expose_new_tables=stock.expose_new_tables)
        with stock.databases.shadow(template) as name:
            place = stock.databases.cluster.address(name, label=f"copy of {label}")
            _make_roles(place, catalog)
            _build(place, label, catalog)
            yield place

    return clone


def _make_roles(place: Address, catalog: Catalog) -> None:
    """Make the roles that the schema names and the shadow's server lacks."""
    from airlock.model.catalog import EMPTY, catalog_of
    from airlock.plan.planner import plan
    from airlock.server.connect import DatabaseError, connect

    roles = catalog_of(
        (node for node in catalog if node.id.kind in _ABOUT_ROLES), major=catalog.major
    )
    steps = plan(EMPTY, roles).steps
    if not steps:
        return
    try:
        with _ROLES, connect(place, acting=False) as session:
            for step in steps:
                session.execute(step.text)
        return
    except DatabaseError as error:
        failed = NoCopy(f"a role cannot be made anew: {error.message}", hint=error.hint)
    raise failed


def _hand_over(place: Address, catalog: Catalog) -> None:
    """Give what belongs to who runs the plans elsewhere to who runs them on shadows."""
    from airlock.model.catalog import catalog_of
    from airlock.model.names import quote
    from airlock.plan.planner import plan
    from airlock.server.connect import PROJECT_ROLE, connect
    from airlock.sources.scope import run_by

    if catalog.role == PROJECT_ROLE:
        return
    with connect(place, acting=False) as session:
        kinds = {"default privileges", "schema"}
        if session.fetch(_IS_FIRST, (catalog.role,)):
            # What belongs to it can be the server's own: REASSIGN OWNED refuses.
            kinds |= {"owner"}
        else:
            session.execute(f"reassign owned by {quote(catalog.role)} to {quote(PROJECT_ROLE)}")
        shaping = catalog_of(
            (node for node in catalog if node.id.kind in kinds),
            major=catalog.major,
            role=catalog.role,
        )
        for step in plan(shaping, run_by(shaping, PROJECT_ROLE)).steps:
            session.execute(step.text)


def _build(place: Address, label: str, catalog: Catalog) -> None:
    """Turn the empty schema of a shadow into another."""
    from airlock.plan.planner import plan
    from airlock.plan.script import script
    from airlock.server.connect import connect
    from airlock.server.statements import Runner
    from airlock.sources.live import read_catalog
    from airlock.sources.majors import as_on
    from airlock.sources.scope import in_scope, run_by
    from airlock.sources.sqltext import cut

    with connect(place) as session:
        empty = in_scope(read_catalog(session))
        if catalog.major and catalog.major != empty.major:
            low, high = sorted((catalog.major, empty.major))
            catalog = as_on(empty.major, catalog, low=low, high=high)
        text = script(plan(empty, run_by(catalog, empty.role)))
        try:
            Runner(session, throw_away=True).run(cut(f"schema of {label}", text))
        except StatementRefused as refused:
            raise SourceFailed(refused.failure) from None
