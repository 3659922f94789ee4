"""Procedural languages, other than those that Postgres brings or an extension holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._sql import no_member
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Lock, Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Language(Node):
    """A procedural language."""

    trusted: bool = attr(OnChange.ALTER)
    handler: str = attr(OnChange.ALTER, holds=Holds.NAMES)
    """The function that runs a function's text, as `regproc` spells it."""
    inline: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    """The function that runs a DO block."""
    validator: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)


def query(major: int) -> str:
    """Return the query of procedural languages."""
    del major
    return f"""
        select
          l.oid,
          l.lanname as name,
          l.lanpltrusted as trusted,
          l.lanplcallfoid::regproc::text as handler,
          nullif(l.laninline::regproc::text, '-') as inline,
          nullif(l.lanvalidator::regproc::text, '-') as validator
        from pg_language l
        where l.lanispl
          and {no_member("pg_language", "l.oid")}
    """


def load(row: Row, resolve: Resolve) -> Language:
    """Read a language."""
    del resolve
    return Language(
        id=Id("language", (row.name,)),
        trusted=row.trusted,
        handler=row.handler,
        inline=row.inline,
        validator=row.validator,
    )


def address(id: Id) -> str:
    """Return `language "name"`."""
    return f"language {quote(*id.path)}"


def create(language: Language, context: Context) -> Iterator[Step]:
    """Create it."""
    del context
    yield Step(sql=f"create {_defined(language)}", verb=Verb.CREATE, target=language.id)


def drop(language: Language, context: Context) -> Iterator[Step]:
    """Drop it; functions in it are gone before."""
    del context
    yield Step(sql=f"drop {address(language.id)}", verb=Verb.DROP, target=language.id)


def alter(
    old: Language, new: Language, changed: frozenset[str], context: Context
) -> Iterator[Step]:
    """Replace what it says; functions in it stay."""
    del old, changed, context
    yield Step(sql=f"create or replace {_defined(new)}", verb=Verb.ALTER, target=new.id)


def _defined(language: Language) -> str:
    sql = f"{'trusted ' if language.trusted else ''}{address(language.id)}"
    sql += f" handler {language.handler}"
    if language.inline:
        sql += f" inline {language.inline}"
    if language.validator:
        sql += f" validator {language.validator}"
    return sql


SPEC = KindSpec(
    name="language",
    node=Language,
    catalog="pg_language",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    locks=dict.fromkeys(Verb, Lock.NONE),
    order=16,
    address=address,
)
