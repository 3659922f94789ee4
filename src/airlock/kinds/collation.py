"""Collations, of every provider."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._spec import Context, Impact, KindSpec, Resolve, Row
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import literal, quote
from airlock.model.node import Holds, Id, Node, attr
from airlock.model.step import Lock, Step, Verb

_LOCALE_COLUMN = {14: "null", 15: "c.colliculocale", 16: "c.colliculocale"}
"""Where a locale stands that is none of libc's; `colllocale` on 17 and later."""
_RULES = 16
"""First major with tailoring rules."""
_PROVIDERS = {"c": "libc", "i": "icu", "b": "builtin", "d": "default"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Collation(Node):
    """A collation."""

    provider: str = attr(holds=Holds.NAMES)
    deterministic: bool = attr()
    locale: str | None = attr(holds=Holds.NAMES)
    """Of ICU and the built-in provider, and of libc where collate and ctype are one."""
    collate: str | None = attr(holds=Holds.NAMES)
    """LC_COLLATE, where it is not LC_CTYPE."""
    ctype: str | None = attr(holds=Holds.NAMES)
    rules: str | None = attr()
    """What ICU's order is tailored by."""


def query(major: int) -> str:
    """Return the query of collations that the database's encoding can use."""
    rules = "c.collicurules" if major >= _RULES else "null"
    own = _LOCALE_COLUMN.get(major, "c.colllocale")
    return f"""
        select
          c.oid,
          n.nspname as schema,
          c.collname as name,
          c.collprovider::text as provider,
          c.collisdeterministic as deterministic,
          {own}::text as locale,
          c.collcollate::text as collate,
          c.collctype::text as ctype,
          {rules}::text as rules
        from pg_collation c
        join pg_namespace n on n.oid = c.collnamespace
        where c.collencoding in (-1, pg_char_to_encoding(getdatabaseencoding()))
          and {own_schema("n")}
          and {no_member("pg_collation", "c.oid")}
    """


def load(row: Row, resolve: Resolve) -> Collation:
    """Read a collation."""
    del resolve
    same = row.locale is None and row.collate == row.ctype
    return Collation(
        id=Id("collation", (row.schema, row.name)),
        parent=Id("schema", (row.schema,)),
        provider=_PROVIDERS[row.provider],
        deterministic=row.deterministic,
        locale=row.collate if same else row.locale,
        collate=None if same else row.collate,
        ctype=None if same else row.ctype,
        rules=row.rules,
    )


def address(id: Id) -> str:
    """Return `collation "schema"."name"`."""
    return f"collation {quote(*id.path)}"


def create(collation: Collation, context: Context) -> Iterator[Step]:
    """Create it."""
    del context
    said = {
        "locale": collation.locale,
        "lc_collate": collation.collate,
        "lc_ctype": collation.ctype,
        "rules": collation.rules,
    }
    options = [f"provider = {collation.provider}"]
    options += [f"{name} = {literal(value).strip()}" for name, value in said.items() if value]
    if not collation.deterministic:
        options.append("deterministic = false")
    yield Step(
        sql=f"create {address(collation.id)} ({', '.join(options)})",
        verb=Verb.CREATE,
        target=collation.id,
    )


def drop(collation: Collation, context: Context) -> Iterator[Step]:
    """Drop it; columns that sort by it are gone before."""
    del context
    yield Step(sql=f"drop {address(collation.id)}", verb=Verb.DROP, target=collation.id)


def impact(old: Collation, new: Collation, changed: frozenset[str]) -> Impact:
    """Weigh a change: nothing of it can be altered, and columns that sort by it have to stay."""
    del old, new, changed
    return Impact.RECAST


SPEC = KindSpec(
    name="collation",
    node=Collation,
    catalog="pg_collation",
    query=query,
    load=load,
    create=create,
    drop=drop,
    impact=impact,
    locks=dict.fromkeys(Verb, Lock.NONE),
    order=18,
    address=address,
)
