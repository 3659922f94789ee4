"""Domains; their check constraints are nodes of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._spec import Context, Impact, KindSpec, Resolve, Row, type_claims
from airlock.kinds._sql import no_member, own_schema
from airlock.kinds._types import collation_of, tables_with
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Late, Node, OnChange, attr
from airlock.model.step import Lock, Step, Verb

_NAME = 63
_NAMED_NOT_NULL = 17
"""First major that keeps a domain's NOT NULL as a constraint with a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain(Node):
    """A domain."""

    type: str = attr(holds=Holds.NAMES)
    """What it is made of, with length or precision."""
    collation: str | None = attr(holds=Holds.NAMES)
    """Quoted and qualified, where it is not the type's own."""
    default: str | None = attr(OnChange.ALTER, holds=Holds.SQL)
    not_null: bool = attr(OnChange.ALTER)
    not_null_name: str | None = attr(
        OnChange.ALTER, holds=Holds.NAMES, late=Late(since=_NAMED_NOT_NULL, before=None, usual=None)
    )
    """The constraint's name on 17 and later, where it is not the one that Postgres gives."""


def query(major: int) -> str:
    """Return the query of domains."""
    if major >= _NAMED_NOT_NULL:
        name = "nullif(k.conname, t.typname || '_not_null')"
        join = "left join pg_constraint k on k.contypid = t.oid and k.contype = 'n'"
    else:
        name, join = "null", ""
    return f"""
        select
          t.oid,
          n.nspname as schema,
          t.typname as name,
          format_type(t.typbasetype, t.typtypmod) as type,
          {collation_of("t.typcollation", "b.typcollation")} as collation,
          coalesce(
            pg_get_expr(t.typdefaultbin, 'pg_type'::regclass), quote_literal(t.typdefault)
          ) as default,
          t.typnotnull as not_null,
          {name}::text as not_null_name
        from pg_type t
        join pg_namespace n on n.oid = t.typnamespace
        join pg_type b on b.oid = t.typbasetype
        {join}
        where t.typtype = 'd'
          and {own_schema("n")}
          and {no_member("pg_type", "t.oid")}
    """


def load(row: Row, resolve: Resolve) -> Domain:
    """Read a domain."""
    del resolve
    return Domain(
        id=Id("domain", (row.schema, row.name)),
        parent=Id("schema", (row.schema,)),
        type=row.type,
        collation=row.collation,
        default=row.default,
        not_null=row.not_null,
        not_null_name=row.not_null_name,
    )


def address(id: Id) -> str:
    """Return `domain "schema"."name"`."""
    return f"domain {quote(*id.path)}"


def create(domain: Domain, context: Context) -> Iterator[Step]:
    """Create it without its check constraints."""
    sql = f"create {address(domain.id)} as {domain.type}"
    if domain.collation:
        sql += f" collate {domain.collation}"
    if domain.default is not None:
        sql += f" default {domain.default}"
    if domain.not_null:
        name = domain.not_null_name
        if name is None and domain.id in context.old:
            # The one that is renamed aside holds the name that Postgres would give.
            name = f"{domain.id.path[1]}_not_null"[:_NAME]
        if name and context.major >= _NAMED_NOT_NULL:
            sql += f" constraint {quote(name)}"
        sql += " not null"
    yield Step(sql=sql, verb=Verb.CREATE, target=domain.id)


def drop(domain: Domain, context: Context) -> Iterator[Step]:
    """Drop it; columns of its type are gone before."""
    del context
    yield Step(sql=f"drop {address(domain.id)}", verb=Verb.DROP, target=domain.id)


def impact(old: Domain, new: Domain, changed: frozenset[str]) -> Impact:
    """Weigh a change: what a domain is made of is fixed."""
    del old, new
    return Impact.RECAST if changed & {"type", "collation"} else Impact.IN_PLACE


def alter(old: Domain, new: Domain, changed: frozenset[str], context: Context) -> Iterator[Step]:
    """Change default and NOT NULL; the latter looks at every row of the domain's type."""
    domain = f"alter {address(new.id)}"
    if "default" in changed:
        default = "drop default" if new.default is None else f"set default {new.default}"
        yield Step(sql=f"{domain} {default}", verb=Verb.ALTER, target=new.id)
    if old.not_null and not new.not_null:
        yield Step(sql=f"{domain} drop not null", verb=Verb.ALTER, target=new.id)
    elif new.not_null and not old.not_null:
        named = f"add constraint {quote(new.not_null_name)} not null" if new.not_null_name else ""
        yield Step(
            sql=f"{domain} {named or 'set not null'}",
            verb=Verb.ALTER,
            target=new.id,
            lock=Lock.SHARE,
            on=tables_with(new.id, context),
            scans=True,
            hazard="fails where a column of the domain holds a null",
        )
    elif "not_null_name" in changed:
        names = (each.not_null_name or f"{each.id.path[-1]}_not_null" for each in (old, new))
        before, after = (quote(name) for name in names)
        yield Step(
            sql=f"{domain} rename constraint {before} to {after}", verb=Verb.ALTER, target=new.id
        )


SPEC = KindSpec(
    name="domain",
    node=Domain,
    catalog="pg_type",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    impact=impact,
    locks=dict.fromkeys(Verb, Lock.NONE) | {Verb.ALTER: Lock.SHARE},
    order=21,
    address=address,
    claims=type_claims,
    is_type=True,
)
