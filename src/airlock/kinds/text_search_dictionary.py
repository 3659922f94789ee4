"""Text search dictionaries: a template and its options."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Step, Verb

_OPTION_NAME = re.compile(
    r"""(?:^|,[ ])(?P<name>"(?:[^"]|"")*"|[^\s"]+)[ ]=[ ](?:E?'(?:[^'])*'|[^,'])+""", re.VERBOSE
)
"""A name, an equals sign, and a value; a doubled quote within one ends and begins a string."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSearchDictionary(Node):
    """A text search dictionary."""

    template: str = attr(holds=Holds.NAMES)
    """Quoted and qualified."""
    options: str | None = attr(OnChange.ALTER, holds=Holds.SQL)
    """As Postgres keeps them: `language = 'english', stopwords = 'english'`."""


def query(major: int) -> str:
    """Return the query of dictionaries."""
    del major
    return f"""
        select
          d.oid,
          n.nspname as schema,
          d.dictname as name,
          quote_ident(tn.nspname) || '.' || quote_ident(t.tmplname) as template,
          d.dictinitoption as options
        from pg_ts_dict d
        join pg_namespace n on n.oid = d.dictnamespace
        join pg_ts_template t on t.oid = d.dicttemplate
        join pg_namespace tn on tn.oid = t.tmplnamespace
        where {own_schema("n")} and {no_member("pg_ts_dict", "d.oid")}
    """


def load(row: Row, resolve: Resolve) -> TextSearchDictionary:
    """Read a dictionary."""
    del resolve
    return TextSearchDictionary(
        id=Id("text search dictionary", (row.schema, row.name)),
        parent=Id("schema", (row.schema,)),
        template=row.template,
        options=row.options,
    )


def address(id: Id) -> str:
    """Return `text search dictionary "schema"."name"`."""
    return f"text search dictionary {quote(*id.path)}"


def create(dictionary: TextSearchDictionary, context: Context) -> Iterator[Step]:
    """Create it."""
    del context
    options = f", {dictionary.options}" if dictionary.options else ""
    yield Step(
        sql=f"create {address(dictionary.id)} (template = {dictionary.template}{options})",
        verb=Verb.CREATE,
        target=dictionary.id,
    )


def drop(dictionary: TextSearchDictionary, context: Context) -> Iterator[Step]:
    """Drop it."""
    del context
    yield Step(sql=f"drop {address(dictionary.id)}", verb=Verb.DROP, target=dictionary.id)


def alter(
    old: TextSearchDictionary,
    new: TextSearchDictionary,
    changed: frozenset[str],
    context: Context,
) -> Iterator[Step]:
    """Set every option anew, since Postgres keeps them in the order in which they were set."""
    del changed, context
    gone = _names(old.options) - _names(new.options)
    listed = [*sorted(gone), *([new.options] if new.options else [])]
    yield Step(
        sql=f"alter {address(new.id)} ({', '.join(listed)})",
        verb=Verb.ALTER,
        target=new.id,
    )


def _names(options: str | None) -> frozenset[str]:
    return frozenset(found["name"] for found in _OPTION_NAME.finditer(options or ""))


SPEC = KindSpec(
    name="text search dictionary",
    node=TextSearchDictionary,
    catalog="pg_ts_dict",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    locks={},
    order=39,
    address=address,
)
