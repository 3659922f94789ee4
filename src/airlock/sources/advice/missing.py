"""Advice about what does not exist: tables, columns, functions, types, schemas, roles."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches

from airlock.model.names import literal, spell
from airlock.model.script import Statement
from airlock.server.baseline import PLATFORM_ROLES
from airlock.sources.advice.case import (
    FUNCTIONS,
    RELATIONS,
    ROLES,
    SCHEMAS,
    TYPES,
    Accepts,
    Case,
    named,
    whence,
    word,
)
from airlock.sources.advice.extensions import create_extension, extension_of, from_extension

_PLATFORM_SCHEMAS = frozenset(
    {
        "auth",
        "extensions",
        "graphql_public",
        "pgbouncer",
        "realtime",
        "storage",
        "supabase_functions",
    }
)

_ALIKE = 0.8
"""How much of two names must be the same for one to be a slip of the other, by difflib's ratio."""

_RELATION = re.compile(
    r'(?:relation|table|view|materialized view|sequence|foreign table) "(.+?)" does not exist'
)
_FROM = re.compile(r'(?:missing|invalid reference to) FROM-clause entry for table "(.+?)"')
_COLUMN = re.compile(
    r'column (?:"(?P<quoted>.+?)"|(?:(?P<table>\w+)\.)?(?P<bare>\w+))'
    r'(?: (?:of|named in key of) relation "(?P<relation>.+?)")?'
    r"(?: (?:named|referenced) in [\w ]+)? does not exist"
)
_FIELD = re.compile(r'record "(new|old)" has no field "(.+?)"', re.IGNORECASE)
_FUNCTION = re.compile(r"(?:function|procedure|aggregate) (?P<name>[^(]+)\((?P<arguments>.*)\) ")
_NO_FUNCTION = re.compile(r'could not find a (?:function|procedure|routine) named "(.+?)"')
_OPERATOR = re.compile(r"operator does not exist: (?:.* )?(?P<sign>[-+*/<>=~!@#%^&|`?]+) ")


def relation(case: Case) -> str | None:
    """42P01."""
    if alias := _FROM.search(case.message):
        return (
            f"{alias[1]} is no table of this query: name it in FROM or JOIN, or mend the alias. "
            "In a policy or check, only the table's own columns need no FROM."
        )
    found = _RELATION.search(case.message)
    if found is None:
        return None
    name = found[1]
    if extension := extension_of("table", name):
        return from_extension(case, name, _full(name), extension)
    advice = _platform(case, name) or whence(case, name, name, named(name, RELATIONS))
    near = _nearly(case, name)
    return f"did you mean {near}? If not: {advice}" if near else advice


def _nearly(case: Case, name: str) -> str | None:
    """Return a relation that stands already and is spelt almost like one that no file makes."""
    if next(case.makers(name, named(name, RELATIONS)), None):
        return None
    made = {
        maker.statement.subject.rpartition(".")[2]: maker.statement.subject
        for maker in case.makers("", lambda statement: statement.tag in RELATIONS)
        if maker.statement.subject and case.is_earlier(maker)
    }
    close = get_close_matches(name.rpartition(".")[2], made, n=1, cutoff=_ALIKE)
    return made[close[0]] if close else None


def _full(name: str, after: str = "") -> str:
    """Return the form in which a name is written with a schema."""
    return "{schema}." + name.rpartition(".")[2] + after


def _platform(case: Case, name: str) -> str | None:
    """Say whose a name in one of the platform's schemas is."""
    schema = name.rpartition(".")[0]
    if schema not in _PLATFORM_SCHEMAS:
        return None
    if next(case.makers(name, named(name, RELATIONS | FUNCTIONS | TYPES)), None):
        return None
    if case.supabase:
        return (
            f"{name} belongs to Supabase's platform, and Airlock's baseline does not hold it. If a "
            "hosted database has it, please report that."
        )
    return _on_plain(f"{name} belongs to Supabase's platform")


def _on_plain(what: str) -> str:
    return (
        f"{what}, and this project is set up for plain Postgres. If it is a Supabase project, say "
        'so in airlock.toml: [project] layout = "supabase"'
    )


def column(case: Case) -> str | None:
    """42703."""
    if field := _FIELD.search(case.message):
        return (
            f"the trigger's function uses {field[1]}.{field[2]}, a column that the table of this "
            "trigger does not have."
        )
    found = _COLUMN.search(case.message)
    if found is None:
        return None
    name = found["quoted"] or found["bare"]
    table = found["relation"]
    what = f"the column {name}" + (f" of {case.written(table)}" if table else "")
    accepts = _adds_column(name, table)
    passed_over = _passed_over(case, name, accepts)
    if passed_over:
        return passed_over
    return whence(case, what, name, accepts)


def _adds_column(column: str, table: str | None) -> Accepts:
    """Return whether a statement gives a table the column."""
    wanted = word(column)
    of_table = word(table) if table else None
    adding = re.compile(
        r"\b(add\s+(column\s+)?(if\s+not\s+exists\s+)?|rename\s+(column\s+)?\S+\s+to\s+)"
        rf'"?{re.escape(column)}(?!\w)',
        re.IGNORECASE,
    )

    def accepts(statement: Statement) -> bool:
        if of_table and not of_table.search(statement.text):
            return False
        if statement.tag in RELATIONS:
            return wanted.search(statement.text) is not None
        return statement.tag == "ALTER TABLE" and adding.search(statement.text) is not None

    return accepts


def _passed_over(case: Case, column: str, accepts: Accepts) -> str | None:
    """Say that a CREATE TABLE IF NOT EXISTS with the column made nothing."""
    for maker in case.makers(column, accepts):
        subject = maker.statement.subject
        optional = re.search(r"\bif\s+not\s+exists\b", maker.statement.text, re.IGNORECASE)
        if not (subject and optional and case.is_earlier(maker)):
            continue
        first = next(case.makers(subject, named(subject, frozenset({"CREATE TABLE"}))), maker)
        if (first.order, first.number) < (maker.order, maker.number):
            return (
                f"{first.path} creates {subject} without the column {column}; the CREATE TABLE IF "
                f"NOT EXISTS in {maker.path} that has it was passed over.\n"
                f"Add it: alter table {spell(*subject.split('.'))} add column "
                f"{spell(column)} …;"
            )
    return None


def function(case: Case) -> str | None:
    """42883."""
    if operator := _OPERATOR.search(case.message):
        sign = operator["sign"]
        extension = extension_of("operator", sign)
        form = f"operator({{schema}}.{sign})"
        return extension and from_extension(case, f"the operator {sign}", form, extension)
    found = _FUNCTION.search(case.message) or _NO_FUNCTION.search(case.message)
    if found is None:
        return None
    name = (found.groupdict().get("name") or found[1]).strip().replace('"', "")
    what = f"{name}()"
    if extension := extension_of("function", name):
        return from_extension(case, what, _full(name, "(…)"), extension)
    if platform := _platform(case, name):
        return platform
    accepts = named(name, FUNCTIONS)
    made = [maker for maker in case.makers(name, accepts) if case.is_earlier(maker)]
    advice = whence(case, what, name, accepts)
    if advice is None and made:
        passed = found.groupdict().get("arguments") or "nothing"
        return (
            f"{made[-1].path} creates {name} with other arguments than ({passed}): match their "
            "number and types, or cast what is passed."
        )
    return advice


def schema(case: Case) -> str | None:
    """3F000."""
    found = re.search(r'schema "(.+?)" does not exist', case.message)
    if found is None:
        return None
    name = found[1]
    if extension := extension_of("schema", f"{name}.x"):
        return f"the schema {name} comes with an extension: {create_extension(case, extension)}"
    if name in _PLATFORM_SCHEMAS and not case.supabase:
        return _on_plain(f"the schema {name} belongs to Supabase's platform")
    advice = whence(case, f"the schema {name}", name, named(name, SCHEMAS))
    return advice and f"{advice}\nOr put this in front: create schema if not exists {spell(name)};"


def _type(case: Case, found: re.Match[str]) -> str | None:
    name = found[1].removesuffix("[]")
    if extension := extension_of("type", name):
        return from_extension(case, f"the type {name}", _full(name), extension)
    return _platform(case, name) or whence(case, f"the type {name}", name, named(name, TYPES))


def _role(case: Case, found: re.Match[str]) -> str | None:
    name = found[1]
    if name in PLATFORM_ROLES and not case.supabase:
        return _on_plain(f"{name} is a role of Supabase's platform")
    makers = [m for m in case.makers(name, named(name, ROLES)) if not case.is_earlier(m)]
    where = f"{makers[0].path} creates it later. " if makers else ""
    return f"{where}A role belongs to the server, so make it only where it is missing:\n" + (
        role_guard(name)
    )


def role_guard(name: str) -> str:
    """Return the block that makes a role where it is missing."""
    return (
        f"do $$ begin if not exists (select from pg_roles where rolname = {literal(name)}) then "
        f"create role {spell(name)}; end if; end $$;"
    )


def _of_extension(kind: str) -> Callable[[Case, re.Match[str]], str | None]:
    def advise(case: Case, found: re.Match[str]) -> str | None:
        extension = extension_of(kind, found[1])
        if extension is None:
            return None
        if kind == "access method":
            return (
                f"the {kind} {found[1]} belongs to the extension {extension}. Put this in front: "
                f"{create_extension(case, extension)}"
            )
        return from_extension(case, f"the {kind} {found[1]}", _full(found[1]), extension)

    return advise


def _no_default_class(case: Case, found: re.Match[str]) -> str | None:
    scalar, method = found[1], found[2]
    if method not in ("gin", "gist"):
        return None
    if scalar in ("text", "character varying"):
        return (
            f"for LIKE and similarity search, name the class: using {method} "
            f"(… {method}_trgm_ops), with\n{create_extension(case, 'pg_trgm')}"
        )
    return f"{method} indexes of {scalar} need: {create_extension(case, f'btree_{method}')}"


def _part_of_table(case: Case, found: re.Match[str]) -> str | None:
    kind, name, table = found[1], found[2], case.written(found[3])
    if case.tag != f"DROP {kind.upper()}":
        return whence(
            case, f"the {kind} {name}", name, named(name, frozenset({f"CREATE {kind.upper()}"}))
        )
    return f"write: drop {kind} if exists {spell(name)} on {table};"


def _constraint(case: Case, found: re.Match[str]) -> str | None:
    return (
        f"if it may be missing, write: alter table {case.written(found[2])} "
        f"drop constraint if exists {spell(found[1])};"
    )


def _index(case: Case, _: re.Match[str]) -> str | None:
    return f"if it may be missing, write: {_drop_if_exists(case)}" if "DROP" in case.tag else None


def _drop_if_exists(case: Case) -> str:
    head = re.compile(r"(drop\s+\w+(?:\s+concurrently)?)\s+", re.IGNORECASE)
    return head.sub(r"\1 if exists ", case.text.split("\n", 1)[0], count=1) + ";"


def _publication(case: Case, found: re.Match[str]) -> str | None:
    if found[1] == "supabase_realtime" and not case.supabase:
        return _on_plain("supabase_realtime is a publication of Supabase's platform")
    return f"put this in front: create publication {spell(found[1])};"


def _extension(case: Case, found: re.Match[str]) -> str | None:
    return f"put this in front: {create_extension(case, found[1])}"


def _parameter(_: Case, found: re.Match[str]) -> str | None:
    return (
        f"nobody has set {found[1]} here; ask so that it may be missing: "
        f"current_setting({literal(found[1])}, true)"
    )


_OBJECTS = tuple(
    (re.compile(pattern), advise)
    for pattern, advise in (
        (r'type "(.+?)" does not exist', _type),
        (r'role "(.+?)" does not exist', _role),
        (r'operator class "(.+?)" does not exist', _of_extension("operator class")),
        (r'access method "(.+?)" does not exist', _of_extension("access method")),
        (r'text search dictionary "(.+?)" does not', _of_extension("text search dictionary")),
        (r'data type (.+?) has no default operator class for access method "(.+?)"',
         _no_default_class),
        (r'(policy|trigger|rule) "(.+?)" for (?:table|relation) "(.+?)" does not', _part_of_table),
        (r'constraint "(.+?)" of relation "(.+?)" does not exist', _constraint),
        (r'index "(.+?)" does not exist', _index),
        (r'publication "(.+?)" does not exist', _publication),
        (r'extension "(.+?)" does not exist', _extension),
        (r'unrecognized configuration parameter "(.+?)"', _parameter),
    )
)  # fmt: skip


def undefined_object(case: Case) -> str | None:
    """42704."""
    for pattern, advise in _OBJECTS:
        if found := pattern.search(case.message):
            return advise(case, found)
    return None
