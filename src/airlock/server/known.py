"""Hold the names that an error gives against the catalog, so that none of them is a row's value."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from airlock.model.failure import About
from airlock.model.names import spell, unquote
from airlock.model.script import Statement
from airlock.server.connect import Session
from airlock.server.redact import Claims, Said

_TABLE = """
    select true
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = %s
      and c.relname = %s
"""
_COLUMN = """
    select true
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_class c on c.oid = a.attrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = %s
      and c.relname = %s
      and a.attname = %s
      and a.attnum > 0
"""
_DATATYPE = """
    select true
    from pg_catalog.pg_type t
    join pg_catalog.pg_namespace n on n.oid = t.typnamespace
    where n.nspname = %s
      and t.typname = %s
"""
_CONSTRAINT = """
    select
      array(
        select a.attname::text
        from unnest(k.conkey) with ordinality as u (attnum, place)
        join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.attnum
        order by u.place
      ),
      fn.nspname::text,
      f.relname::text,
      array(
        select a.attname::text
        from unnest(k.confkey) with ordinality as u (attnum, place)
        join pg_catalog.pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.attnum
        order by u.place
      )
    from pg_catalog.pg_constraint k
    left join pg_catalog.pg_class c on c.oid = k.conrelid
    left join pg_catalog.pg_type t on t.oid = k.contypid
    join pg_catalog.pg_namespace n on n.oid = k.connamespace
    left join pg_catalog.pg_class f on f.oid = k.confrelid
    left join pg_catalog.pg_namespace fn on fn.oid = f.relnamespace
    where n.nspname = %s
      and coalesce(c.relname, t.typname) = %s
      and k.conname = %s
"""
_INDEX = """
    select array(
      select a.attname::text
      from unnest(i.indkey::int2[]) with ordinality as u (attnum, place)
      join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = u.attnum
      where u.place <= i.indnkeyatts
      order by u.place
    ),
    i.indexprs is null
    from pg_catalog.pg_index i
    join pg_catalog.pg_class x on x.oid = i.indexrelid
    join pg_catalog.pg_class c on c.oid = i.indrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = %s
      and c.relname = %s
      and x.relname = %s
"""
_ROUTINE = """
    select n.nspname::text, p.proname::text,
      max(array_length(string_to_array(p.prosrc, chr(10)), 1))
    from pg_catalog.pg_proc p
    join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where p.proname = %s
      and (%s = '' or n.nspname = %s)
    group by 1, 2
"""
_ABOUT_NAMES = ("0A", "2BP", "3D", "3F", "42", "55")
"""Beginnings of the codes of errors about names that the statement gives."""
_MOST_NAMES = 5
_STRING = re.compile(r"'(?:[^']|'')*'")
_WORD = re.compile(r'"(?P<quoted>(?:[^"]|"")+)"|(?P<bare>\w+)')


def verified(session: Session, told: Said, statement: Statement) -> About:
    """Return what a refusal is about; the session is in no failed transaction.

    Raises:
        DatabaseError, ConnectionFailed: the catalog cannot be read.
    """
    look = _Look(session=session, mentioned=_mentioned(statement))
    claims = told.claims.open()
    routine = look.routine(claims)
    if told.raised:
        # What RAISE gives as a name is whatever the project's code takes for one.
        return About(routine=routine)
    about = replace(look.about(claims), routine=routine)
    if not told.sqlstate.startswith(_ABOUT_NAMES):
        return about
    said_before = {about.table, about.column, about.constraint, about.datatype}
    names = sorted(
        name
        for name in claims.quoted - said_before
        if (parts := unquote(name)) and all(part in look.mentioned for part in parts)
    )
    return replace(about, names=tuple(names[:_MOST_NAMES]))


def described(about: About) -> str:
    """Return what a refusal is about, for a message; empty where nothing is known."""
    table = tuple(part for part in (about.schema, about.table) if part) if about.table else ()
    named = [
        f"{what} {spell(*parts)}"
        for what, parts in (
            ("constraint", _one(about.constraint)),
            ("column", _one(about.column)),
            ("table", table),
            ("type", _one(about.datatype)),
        )
        if parts
    ]
    named += [spell(*unquote(name)) for name in about.names]
    if about.routine:
        named.append(f"in {about.routine}")
    return ", ".join(named)


def _one(name: str | None) -> tuple[str, ...]:
    return (name,) if name else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """The catalog and a statement, to hold names against."""

    session: Session
    mentioned: frozenset[str]
    """Names that the statement holds, as Postgres understands them."""

    def about(self, claims: Claims) -> About:
        schema, table = claims.schema, claims.table
        # A domain's constraint has a type in the place of a table.
        owner = table or claims.datatype
        inside = schema is not None and table is not None and self._there(_TABLE, schema, table)
        if not inside and table not in self.mentioned:
            table = None
        if not inside and schema not in self.mentioned:
            schema = None
        column, datatype = claims.column, claims.datatype
        if column not in self.mentioned and not self._there(
            _COLUMN, claims.schema, claims.table, column
        ):
            column = None
        if datatype not in self.mentioned and not self._there(_DATATYPE, claims.schema, datatype):
            datatype = None
        found = About(schema=schema, table=table, column=column, datatype=datatype)
        return self._with_constraint(found, claims.schema, owner, claims.constraint)

    def _with_constraint(
        self, about: About, schema: str | None, owner: str | None, name: str | None
    ) -> About:
        """Add a constraint with its columns; an index that is unique counts as one."""
        if name is None:
            return about
        if schema is not None and owner is not None:
            for columns, other_schema, other, other_columns in self.session.fetch(
                _CONSTRAINT, (schema, owner, name)
            ):
                return replace(
                    about,
                    constraint=name,
                    columns=tuple(columns),
                    other=(other_schema, other) if other else (),
                    other_columns=tuple(other_columns),
                )
            for columns, plain in self.session.fetch(_INDEX, (schema, owner, name)):
                return replace(about, constraint=name, columns=tuple(columns) if plain else ())
        return replace(about, constraint=name) if name in self.mentioned else about

    def routine(self, claims: Claims) -> str | None:
        """Return the innermost function that the catalog knows, with the line in its body."""
        for name, line in claims.frames:
            parts = unquote(name)
            schema = parts[-2] if len(parts) > 1 else ""
            for found_schema, found, lines in self.session.fetch(
                _ROUTINE, (parts[-1], schema, schema)
            ):
                if 0 < line <= (lines or 0):
                    return f"function {spell(found_schema, found)}, line {line}"
        return None

    def _there(self, query: str, *names: str | None) -> bool:
        return None not in names and bool(self.session.fetch(query, names))


def _mentioned(statement: Statement) -> frozenset[str]:
    """Return the names in a statement; what stands in its strings is none, except in code."""
    text = statement.text if statement.tag == "DO" else _STRING.sub(" ", statement.text)
    return frozenset(
        found["bare"].lower() if found["bare"] else found["quoted"].replace('""', '"')
        for found in _WORD.finditer(text)
    )
