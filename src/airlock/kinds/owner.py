"""Who owns an object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from sys import intern

from airlock.kinds import kind
from airlock.kinds._relation import RELATIONS
from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._target import about
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr, satellite
from airlock.model.step import Lock, Step, Verb

_OWNED = (
    ("pg_class", "relowner", "relnamespace", "o.relkind in ('r', 'p', 'v', 'm', 'S', 'f')"),
    ("pg_proc", "proowner", "pronamespace", ""),
    # A row type, an array and a multirange have the owner of what they come with.
    (
        "pg_type",
        "typowner",
        "typnamespace",
        "o.typtype <> 'm' and (o.typcategory <> 'A' or o.typtype = 'd') and not exists ("
        "select from pg_class c where c.oid = o.typrelid and c.relkind <> 'c')",
    ),
    ("pg_namespace", "nspowner", None, ""),
    ("pg_collation", "collowner", "collnamespace", ""),
    ("pg_conversion", "conowner", "connamespace", ""),
    ("pg_operator", "oprowner", "oprnamespace", ""),
    ("pg_opclass", "opcowner", "opcnamespace", ""),
    ("pg_opfamily", "opfowner", "opfnamespace", ""),
    ("pg_ts_config", "cfgowner", "cfgnamespace", ""),
    ("pg_ts_dict", "dictowner", "dictnamespace", ""),
    ("pg_statistic_ext", "stxowner", "stxnamespace", ""),
    ("pg_language", "lanowner", None, ""),
    ("pg_foreign_data_wrapper", "fdwowner", None, ""),
    ("pg_foreign_server", "srvowner", None, ""),
    ("pg_event_trigger", "evtowner", None, ""),
    ("pg_publication", "pubowner", None, ""),
    ("pg_subscription", "subowner", None, ""),
)
"""Catalog, columns of the owner and of the schema, and a further condition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner(Node):
    """The owner of an object."""

    role: str = attr(OnChange.ALTER, holds=Holds.NAMES)
    follows: Id | None = attr(OnChange.IGNORE, default=None)
    """The table whose column a sequence belongs to: it takes the sequence along."""


def query(major: int) -> str:
    """Return the query of owners; the sequence of an identity column has its table's."""
    del major
    selects = "\n        union all\n".join(_select(*each) for each in _OWNED)
    return f"""
        select o.oid, o.catalog, pg_get_userbyid(o.owner)::text as role, s.refobjid as follows
        from (
{selects}
        ) o
        left join pg_depend s
          on o.relkind = 'S'
          and s.classid = 'pg_class'::regclass
          and s.objid = o.oid
          and s.refclassid = 'pg_class'::regclass
          and s.deptype in ('a', 'i')
        where s.deptype is distinct from 'i'
    """


def _select(catalog: str, owner: str, schema: str | None, condition: str) -> str:
    conditions = ["o.oid >= 16384"]
    if schema:
        conditions.append(f"o.{schema} <> 'pg_catalog'::regnamespace")
    else:
        conditions[0] = f"({conditions[0]} or o.oid = to_regnamespace('public'))"
    if condition:
        conditions.append(condition)
    relkind = "o.relkind" if catalog == "pg_class" else 'null::"char"'
    return (
        f"          select o.oid, '{catalog}' as catalog, o.{owner} as owner,"
        f" {relkind} as relkind\n"
        f"          from {catalog} o\n"
        f"          where {' and '.join(conditions)}"
    )


def load(row: Row, resolve: Resolve) -> Owner | None:
    """Read an owner; an OID that stands for another object, as a row type's, is none."""
    target = resolve(row.catalog, row.oid, 0)
    if target is None or kind(target.kind).catalog != row.catalog:
        return None
    follows = resolve("pg_class", row.follows, 0) if row.follows is not None else None
    role = intern(row.role)
    schema = target.path[0] if len(target.path) > 1 and follows is None else None
    after = _after(role, schema)
    if follows is not None:
        after += (satellite("owner", follows),)
    return Owner(
        id=satellite("owner", target), parent=target, after=after, role=role, follows=follows
    )


@lru_cache
def _after(role: str, schema: str | None) -> tuple[Id, ...]:
    """Return what comes before a new owner: the role, and what lets it have objects there.

    A new owner has to have CREATE on the schema, unless a superuser hands over.
    """
    if schema is None:
        return (Id("role", (role,)),)
    said = (satellite(each, Id("schema", (schema,))) for each in ("owner", "grant"))
    return (Id("role", (role,)), *said)


def create(owner: Owner, context: Context) -> Iterator[Step]:
    """Hand over what is new, unless it has the right owner already."""
    if owner.role != context.role and owner.follows is None:
        yield _step(owner, Verb.CREATE)


def drop(owner: Owner, context: Context) -> Iterator[Step]:
    """Do nothing: an object always has an owner."""
    del owner, context
    yield from ()


def alter(old: Owner, new: Owner, changed: frozenset[str], context: Context) -> Iterator[Step]:
    """Hand over."""
    del old, changed, context
    if new.follows is None:
        yield _step(new, Verb.ALTER)


def _step(owner: Owner, verb: Verb) -> Step:
    target = about(owner.id)
    address = kind(target.kind).address
    assert address is not None
    is_relation = target.kind in RELATIONS.values()
    return Step(
        sql=f"alter {address(target)} owner to {quote(owner.role)}",
        verb=verb,
        target=owner.id,
        lock=Lock.ACCESS_EXCLUSIVE if is_relation else Lock.NONE,
        on=(target,) if is_relation else (),
    )


SPEC = KindSpec(
    name="owner",
    node=Owner,
    # Not where an owner stands but where it is looked up: `oid` is the object's own there.
    catalog="pg_shdepend",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    locks={Verb.CREATE: Lock.ACCESS_EXCLUSIVE, Verb.ALTER: Lock.ACCESS_EXCLUSIVE},
    order=90,
    is_said=True,
)
