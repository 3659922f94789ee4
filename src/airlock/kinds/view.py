"""Views, with their options."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._options import Options, options, set_and_reset, with_clause
from airlock.kinds._spec import Context, Impact, KindSpec, Resolve, Row, row_type_claims
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Lock, Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Node):
    """A view."""

    definition: str = attr(OnChange.ALTER, holds=Holds.SQL)
    """The query, without a closing semicolon."""
    columns: tuple[str, ...] = attr(OnChange.ALTER, holds=Holds.NAMES)
    """`name type collation` of each, in order."""
    options: Options = attr(OnChange.ALTER, holds=Holds.OPTIONS)
    """`security_invoker`, `security_barrier`, `check_option`."""


def query(major: int) -> str:
    """Return the query of views."""
    del major
    return f"""
        select
          c.oid,
          n.nspname as schema,
          c.relname as name,
          pg_get_viewdef(c.oid) as definition,
          (
            select array_agg(
              concat_ws(
                ' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
                nullif(a.attcollation, 0)::regcollation
              )
              order by a.attnum
            )
            from pg_attribute a
            where a.attrelid = c.oid and a.attnum > 0
          ) as columns,
          c.reloptions as options
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'v'
          and {own_schema("n")}
          and {no_member("pg_class", "c.oid")}
    """


def load(row: Row, resolve: Resolve) -> View:
    """Read a view."""
    del resolve
    return View(
        id=Id("view", (row.schema, row.name)),
        parent=Id("schema", (row.schema,)),
        definition=row.definition.removesuffix(";").strip(),
        columns=tuple(row.columns or ()),
        options=options(row.options),
    )


def address(id: Id) -> str:
    """Return `view "schema"."name"`."""
    return f"view {quote(*id.path)}"


def create(view: View, context: Context) -> Iterator[Step]:
    """Create it."""
    del context
    yield Step(sql=f"create {_defined(view)}", verb=Verb.CREATE, target=view.id)


def drop(view: View, context: Context) -> Iterator[Step]:
    """Drop it."""
    del context
    yield Step(
        sql=f"drop {address(view.id)}",
        verb=Verb.DROP,
        target=view.id,
        lock=Lock.ACCESS_EXCLUSIVE,
        on=(view.id,),
    )


def impact(old: View, new: View, changed: frozenset[str]) -> Impact:
    """Weigh a change: CREATE OR REPLACE can only add columns at the end."""
    del changed
    kept = new.columns[: len(old.columns)] == old.columns
    return Impact.IN_PLACE if kept else Impact.REPLACE


def alter(old: View, new: View, changed: frozenset[str], context: Context) -> Iterator[Step]:
    """Replace the query, which sets the options as well, or the options alone."""
    del context
    if "definition" in changed or "columns" in changed:
        yield _step(new, f"create or replace {_defined(new)}")
        return
    for action in set_and_reset(old.options, new.options):
        yield _step(new, f"alter {address(new.id)} {action}")


def _defined(view: View) -> str:
    return f"{address(view.id)}{with_clause(view.options)} as\n{view.definition}"


def _step(view: View, sql: str) -> Step:
    return Step(sql=sql, verb=Verb.ALTER, target=view.id, lock=Lock.ACCESS_EXCLUSIVE, on=(view.id,))


SPEC = KindSpec(
    name="view",
    node=View,
    catalog="pg_class",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    impact=impact,
    locks={Verb.ALTER: Lock.ACCESS_EXCLUSIVE, Verb.DROP: Lock.ACCESS_EXCLUSIVE},
    order=60,
    address=address,
    claims=row_type_claims,
    pins_types=True,
)
