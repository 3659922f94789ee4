"""Defaults of columns, of views' columns too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from airlock.kinds._relation import relation
from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Lock, Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Default(Node):
    """A column's default."""

    expression: str = attr(OnChange.ALTER, holds=Holds.SQL)
    relation: Id = attr(OnChange.IGNORE)

    @property
    def volatile(self) -> bool:
        """Whether each row may get another value, as far as the text tells."""
        return _VOLATILE.search(self.expression) is not None


_VOLATILE = re.compile(
    r"\b(clock_timestamp|gen_random_\w+|nextval|random|timeofday|uuid_\w+|uuidv\d)\("
)


def query(major: int) -> str:
    """Return the query of defaults; a generated column's expression is no default."""
    del major
    return f"""
        select
          d.oid,
          n.nspname as schema,
          c.relname as relation,
          c.relkind::text as relkind,
          a.attname as name,
          -- a default names no column, and without a relation Postgres need not open one
          pg_get_expr(d.adbin, 0) as expression
        from pg_attrdef d
        join pg_class c on c.oid = d.adrelid
        join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
        where a.attgenerated = ''
          and not a.attisdropped
          and {own_schema("n")}
          and {no_member("pg_class", "c.oid")}
    """


def load(row: Row, resolve: Resolve) -> Default:
    """Read a default; on a view the view itself is the parent, since its columns are no nodes."""
    del resolve
    owner = relation(row.relkind, row.schema, row.relation)
    path = (row.schema, row.relation, row.name)
    return Default(
        id=Id("default", path),
        parent=owner if owner.kind == "view" else Id("column", path),
        expression=row.expression,
        relation=owner,
    )


def _action(default: Default, action: str, verb: Verb, inline: str | None = None) -> Step:
    only = "alter table only" if default.relation.kind == "table" else "alter table"
    return Step(
        sql=f"{only} {quote(*default.relation.path)} alter column"
        f" {quote(default.id.path[-1])} {action}",
        verb=verb,
        target=default.id,
        lock=Lock.ACCESS_EXCLUSIVE,
        on=(default.relation,),
        inline=inline,
    )


def create(default: Default, context: Context) -> Iterator[Step]:
    """Set it, with the column where the column is new.

    A volatile default that comes with a new column writes the whole table anew (manual, ALTER
    TABLE, Notes). So it comes after the column where rows may be there and may stay empty.
    """
    text = f"default {default.expression}"
    setting = _action(default, f"set {text}", Verb.CREATE, inline=text)
    column = default.parent
    if (
        column
        and default.volatile
        and column in context.created
        and default.relation not in context.created
    ):
        if not context.online(default.relation):
            setting = replace(setting, rewrites=True)
        elif getattr(context.new.nodes[column], "not_null", False):
            setting = replace(
                setting, rewrites=True, hazard="a volatile default writes the table anew"
            )
        else:
            hazard = "rows that are there stay empty: fill them in batches"
            setting = replace(setting, inline=None, hazard=hazard)
    yield setting


def drop(default: Default, context: Context) -> Iterator[Step]:
    """Drop it."""
    del context
    yield _action(default, "drop default", Verb.DROP)


def alter(old: Default, new: Default, changed: frozenset[str], context: Context) -> Iterator[Step]:
    """Set another."""
    del old, changed, context
    yield _action(new, f"set default {new.expression}", Verb.ALTER)


SPEC = KindSpec(
    name="default",
    node=Default,
    catalog="pg_attrdef",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    locks=dict.fromkeys(Verb, Lock.ACCESS_EXCLUSIVE),
    order=42,
    pins_types=True,
)
