"""Views in one shape, whether a statement makes them or a catalog holds them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from airlock.checks._conditions import asks_caller
from airlock.checks._later import is_undone
from airlock.checks.act import Act, Context, remembered
from airlock.checks.rule import Flaw, Flaws, Hit, Hits, Schema
from airlock.checks.syntax import Name, enum, is_on, options, relation
from airlock.kinds.materialized_view import MaterializedView
from airlock.kinds.view import View as Known
from airlock.model.catalog import Catalog
from airlock.model.node import Id
from airlock.server.baseline.lent import PLATFORM_SCHEMAS
from airlock.sources.sqltext import Node, tree, walk

BLAMES = ("view_stmt", "alter_table_stmt")
_ON = frozenset({"true", "on", "1", "yes", "t", "y"})


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A view, or a materialized one."""

    name: Name
    materialized: bool
    options: tuple[str, ...]
    """The names of those that it sets."""
    invoker: bool
    barrier: bool
    query: Node | None
    context: Context
    act: Act | None = None
    id: Id | None = None
    catalog: Catalog | None = None


Judge = Callable[[View], Iterable[Hit]]


def in_text(judge: Judge) -> Callable[[Act], Hits]:
    """Return what asks the same of CREATE VIEW and CREATE MATERIALIZED VIEW."""

    def check(act: Act) -> Hits:
        view = _stated(act)
        if view is not None and not is_undone(act):
            yield from judge(view)

    return check


def in_schema(judge: Judge) -> Callable[[Schema], Flaws]:
    """Return what asks the same of each view of a schema; the first answer counts."""

    def audit(schema: Schema) -> Flaws:
        for view in _held(schema):
            for hit in judge(view):
                assert view.id is not None
                yield Flaw(subject=view.id, message=hit.message, level=hit.level, fix=hit.fix)
                break

    return audit


@remembered
def _stated(act: Act) -> View | None:
    node = act.node
    if act.kind == "create_table_as_stmt":
        if enum(node, "objtype") != "OBJECT_MATVIEW":
            return None
        var, found = node.into.rel, {}
    else:
        var, found = node.view, options(node.options)
    if var.relpersistence == "t":
        return None
    return View(
        name=relation(var),
        materialized=act.kind == "create_table_as_stmt",
        options=tuple(found),
        invoker="security_invoker" in found and is_on(found["security_invoker"]),
        barrier="security_barrier" in found and is_on(found["security_barrier"]),
        query=node.query,
        context=act.context,
        act=act,
    )


def _held(schema: Schema) -> Iterator[View]:
    for node in schema.catalog:
        if not isinstance(node, Known | MaterializedView):
            continue
        if schema.context.supabase and node.id.path[0] in PLATFORM_SCHEMAS:
            continue
        found = dict(each.split("=", 1) for each in node.options if "=" in each)
        yield View(
            name=Name(*node.id.path),
            materialized=isinstance(node, MaterializedView),
            options=tuple(found),
            invoker=found.get("security_invoker", "").lower() in _ON,
            barrier=found.get("security_barrier", "").lower() in _ON,
            query=_query(node.definition),
            context=schema.context,
            id=node.id,
            catalog=schema.catalog,
        )


@lru_cache(maxsize=2048)
def _query(definition: str) -> Node | None:
    parsed = tree(definition)
    return parsed.node if parsed else None


def reads(view: View) -> Iterator[Name]:
    """Yield the relations that it reads by name."""
    if view.query is None:
        return
    for kind, node in walk(view.query):
        if kind == "RangeVar":
            yield relation(node)


def shows_accounts(view: View) -> bool:
    """Whether it reads auth.users with the rights of its owner, and not just for who asks."""
    if view.query is None or (view.invoker and not view.materialized):
        return False
    named = ("auth", "users") in {tuple(name) for name in reads(view)}
    return named and not asks_caller(view.query)
