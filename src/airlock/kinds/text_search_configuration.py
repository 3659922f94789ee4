"""Text search configurations: the parser, and the dictionaries for each type of token."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Step, Verb

Mapping = tuple[str, ...]
"""A type of token, then its dictionaries in order, quoted and qualified."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSearchConfiguration(Node):
    """A text search configuration."""

    parser: str = attr(holds=Holds.NAMES)
    """Quoted and qualified."""
    mappings: tuple[Mapping, ...] = attr(OnChange.ALTER, holds=Holds.NAMES)
    """Sorted by type of token."""


def query(major: int) -> str:
    """Return the query of configurations."""
    del major
    return f"""
        select
          c.oid,
          n.nspname as schema,
          c.cfgname as name,
          quote_ident(pn.nspname) || '.' || quote_ident(p.prsname) as parser,
          (
            select json_agg(m.mapping order by m.token)
            from (
              select
                t.alias as token,
                array[t.alias]
                || array_agg(
                  quote_ident(dn.nspname) || '.' || quote_ident(d.dictname) order by m.mapseqno
                ) as mapping
              from pg_ts_config_map m
              join ts_token_type(c.cfgparser) t on t.tokid = m.maptokentype
              join pg_ts_dict d on d.oid = m.mapdict
              join pg_namespace dn on dn.oid = d.dictnamespace
              where m.mapcfg = c.oid
              group by t.alias
            ) m
          ) as mappings
        from pg_ts_config c
        join pg_namespace n on n.oid = c.cfgnamespace
        join pg_ts_parser p on p.oid = c.cfgparser
        join pg_namespace pn on pn.oid = p.prsnamespace
        where {own_schema("n")} and {no_member("pg_ts_config", "c.oid")}
    """


def load(row: Row, resolve: Resolve) -> TextSearchConfiguration:
    """Read a configuration."""
    del resolve
    return TextSearchConfiguration(
        id=Id("text search configuration", (row.schema, row.name)),
        parent=Id("schema", (row.schema,)),
        parser=row.parser,
        mappings=tuple(sorted(tuple(mapping) for mapping in row.mappings or ())),
    )


def address(id: Id) -> str:
    """Return `text search configuration "schema"."name"`."""
    return f"text search configuration {quote(*id.path)}"


def create(configuration: TextSearchConfiguration, context: Context) -> Iterator[Step]:
    """Create it, then map each type of token."""
    del context
    this = address(configuration.id)
    yield Step(
        sql=f"create {this} (parser = {configuration.parser})",
        verb=Verb.CREATE,
        target=configuration.id,
    )
    for action in _mapped("add", configuration.mappings):
        yield Step(sql=f"alter {this} {action}", verb=Verb.CREATE, target=configuration.id)


def drop(configuration: TextSearchConfiguration, context: Context) -> Iterator[Step]:
    """Drop it."""
    del context
    yield Step(sql=f"drop {address(configuration.id)}", verb=Verb.DROP, target=configuration.id)


def alter(
    old: TextSearchConfiguration,
    new: TextSearchConfiguration,
    changed: frozenset[str],
    context: Context,
) -> Iterator[Step]:
    """Map types of tokens anew; rows that were indexed before keep their words."""
    del changed, context
    step = partial(Step, verb=Verb.ALTER, target=new.id)
    this = f"alter {address(new.id)}"
    before = {token: rest for token, *rest in old.mappings}
    after = {token: rest for token, *rest in new.mappings}
    gone = [quote(token) for token in sorted(before.keys() - after.keys())]
    if gone:
        yield step(sql=f"{this} drop mapping for {', '.join(gone)}")
    added = [mapping for mapping in new.mappings if mapping[0] not in before]
    other = [m for m in new.mappings if m[0] in before and m not in old.mappings]
    for action in (*_mapped("add", added), *_mapped("alter", other)):
        yield step(sql=f"{this} {action}")


def _mapped(verb: str, mappings: tuple[Mapping, ...] | list[Mapping]) -> Iterator[str]:
    """Yield an action for each list of dictionaries, with all types of tokens that go to it."""
    tokens: dict[Mapping, list[str]] = {}
    for token, *dictionaries in mappings:
        tokens.setdefault(tuple(dictionaries), []).append(quote(token))
    for listed, names in tokens.items():
        yield f"{verb} mapping for {', '.join(names)} with {', '.join(listed)}"


SPEC = KindSpec(
    name="text search configuration",
    node=TextSearchConfiguration,
    catalog="pg_ts_config",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    locks={},
    order=39,
    address=address,
)
