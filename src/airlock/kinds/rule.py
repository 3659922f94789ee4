"""Rewrite rules of tables and views, other than the query of a view."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._firing import FIRING, ORIGIN
from airlock.kinds._relation import alter_relation, relation
from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Lock, Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Node):
    """A rule."""

    definition: str = attr(OnChange.ALTER, holds=Holds.SQL)
    """As `pg_get_ruledef` prints it, without a closing semicolon."""
    enabled: str = attr(OnChange.ALTER, holds=Holds.NAMES)
    """`O` origin, `D` disabled, `R` replica, `A` always."""


def query(major: int) -> str:
    """Return the query of rules; those of an extension's table come with the extension."""
    del major
    return f"""
        select
          r.oid,
          n.nspname as schema,
          c.relname as relation,
          c.relkind::text as relkind,
          r.rulename as name,
          pg_get_ruledef(r.oid) as definition,
          r.ev_enabled::text as enabled
        from pg_rewrite r
        join pg_class c on c.oid = r.ev_class
        join pg_namespace n on n.oid = c.relnamespace
        where r.rulename <> '_RETURN'
          and {own_schema("n")}
          and {no_member("pg_class", "c.oid")}
    """


def load(row: Row, resolve: Resolve) -> Rule:
    """Read a rule."""
    del resolve
    return Rule(
        id=Id("rule", (row.schema, row.relation, row.name)),
        parent=relation(row.relkind, row.schema, row.relation),
        definition=row.definition.strip().removesuffix(";"),
        enabled=row.enabled,
    )


def address(id: Id) -> str:
    """Return `rule "name" on "schema"."relation"`."""
    return f"rule {quote(id.path[-1])} on {quote(*id.path[:-1])}"


def create(rule: Rule, context: Context) -> Iterator[Step]:
    """Create it."""
    del context
    yield _step(rule, Verb.CREATE, rule.definition)
    if rule.enabled != ORIGIN:
        yield _switch(rule)


def drop(rule: Rule, context: Context) -> Iterator[Step]:
    """Drop it."""
    del context
    yield _step(rule, Verb.DROP, f"drop {address(rule.id)}")


def alter(old: Rule, new: Rule, changed: frozenset[str], context: Context) -> Iterator[Step]:
    """Replace it, which leaves it on or off as it was; then switch it."""
    del old, context
    if "definition" in changed:
        replaced = new.definition.replace("CREATE RULE ", "CREATE OR REPLACE RULE ", 1)
        yield _step(new, Verb.ALTER, replaced)
    if "enabled" in changed:
        yield _switch(new)


def _switch(rule: Rule) -> Step:
    assert rule.parent is not None
    name = quote(rule.id.path[-1])
    way = FIRING[rule.enabled]
    return _step(rule, Verb.ALTER, f"{alter_relation(rule.parent)} {way} rule {name}")


def _step(rule: Rule, verb: Verb, sql: str) -> Step:
    assert rule.parent is not None
    return Step(
        sql=sql,
        verb=verb,
        target=rule.id,
        lock=Lock.ACCESS_EXCLUSIVE,
        on=(rule.parent,),
    )


SPEC = KindSpec(
    name="rule",
    node=Rule,
    catalog="pg_rewrite",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    locks=dict.fromkeys(Verb, Lock.ACCESS_EXCLUSIVE),
    order=65,
    address=address,
    pins_types=True,
)
