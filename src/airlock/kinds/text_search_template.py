"""Text search templates: the functions behind dictionaries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, attr
from airlock.model.step import Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSearchTemplate(Node):
    """A text search template; functions are quoted and qualified."""

    init: str | None = attr(holds=Holds.NAMES)
    lexize: str = attr(holds=Holds.NAMES)


def query(major: int) -> str:
    """Return the query of templates."""
    del major
    return f"""
        select
          t.oid,
          n.nspname as schema,
          t.tmplname as name,
          nullif(t.tmplinit, 0)::regproc::text as init,
          t.tmpllexize::text as lexize
        from pg_ts_template t
        join pg_namespace n on n.oid = t.tmplnamespace
        where {own_schema("n")} and {no_member("pg_ts_template", "t.oid")}
    """


def load(row: Row, resolve: Resolve) -> TextSearchTemplate:
    """Read a template."""
    del resolve
    return TextSearchTemplate(
        id=Id("text search template", (row.schema, row.name)),
        parent=Id("schema", (row.schema,)),
        init=row.init,
        lexize=row.lexize,
    )


def address(id: Id) -> str:
    """Return `text search template "schema"."name"`."""
    return f"text search template {quote(*id.path)}"


def create(template: TextSearchTemplate, context: Context) -> Iterator[Step]:
    """Create it."""
    del context
    init = f"init = {template.init}, " if template.init else ""
    yield Step(
        sql=f"create {address(template.id)} ({init}lexize = {template.lexize})",
        verb=Verb.CREATE,
        target=template.id,
    )


def drop(template: TextSearchTemplate, context: Context) -> Iterator[Step]:
    """Drop it."""
    del context
    yield Step(sql=f"drop {address(template.id)}", verb=Verb.DROP, target=template.id)


SPEC = KindSpec(
    name="text search template",
    node=TextSearchTemplate,
    catalog="pg_ts_template",
    query=query,
    load=load,
    create=create,
    drop=drop,
    locks={},
    order=39,
    address=address,
)
