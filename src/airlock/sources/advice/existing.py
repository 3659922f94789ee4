"""Advice about what is there already: policies, types, tables, columns, functions."""

from __future__ import annotations

import re
from collections.abc import Callable

from airlock.model.names import literal, spell
from airlock.sources.advice.case import FUNCTIONS, RELATIONS, SCHEMAS, TYPES, Case, named, word
from airlock.sources.advice.missing import role_guard

_LONGEST = 120


def _first(case: Case, what: str, name: str, tags: frozenset[str]) -> str:
    """Say which statement made it before, as a sentence, where a file of the project did."""
    pattern = word(name)
    accepts = named(name, tags)
    makers = [
        maker
        for maker in case.makers(
            name,
            lambda s: accepts(s) and (s.tag not in _ON_TABLES or bool(pattern.search(s.text))),
        )
        if case.is_earlier(maker)
    ]
    if not makers:
        return ""
    here = makers[-1].order == case.order
    where = "this file" if here else makers[-1].path
    return f"{what} is created before by {where}, line {makers[-1].statement.span.line}. "


def _write(before: str) -> str:
    return "Write" if before else "write"


_ON_TABLES = frozenset({"CREATE POLICY", "CREATE TRIGGER", "CREATE RULE"})


def guarded(statement: str) -> str:
    """Return a block that runs a statement unless what it makes exists."""
    return f"do $$ begin {statement}; exception when duplicate_object then null; end $$;"


def _own_text(case: Case) -> str:
    """Return the statement on one line, its end left out where it is long."""
    text = " ".join(case.text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _part_of_table(case: Case, found: re.Match[str]) -> str:
    kind, name, table = found[1], found[2], case.written(found[3])
    first = _first(case, f"{kind} {name}", name, frozenset({f"CREATE {kind.upper()}"}))
    return f"{first}Put this in front: drop {kind} if exists {spell(name)} on {table};"


def _constraint(case: Case, found: re.Match[str]) -> str:
    return (
        f"Put this in front: alter table {case.written(found[2])} drop constraint if exists "
        f"{spell(found[1])};"
    )


def _type(case: Case, found: re.Match[str]) -> str:
    name = found[1]
    first = _first(case, f"type {name}", name, TYPES)
    return f"{first}Make it only where it is missing:\n{guarded(_own_text(case))}"


def _role(case: Case, found: re.Match[str]) -> str:
    del case
    return (
        "roles belong to the server, not to one database. Make it only where it is missing:\n"
        + role_guard(found[1])
    )


def _member(case: Case, found: re.Match[str]) -> str:
    table = case.written(found[1])
    statement = f"alter publication {spell(found[2])} add table {table}"
    return f"Add it only where it is missing:\n{guarded(statement)}"


def _label(case: Case, found: re.Match[str]) -> str:
    kind = spell(*(case.failure.statement.subject or "…").split("."))
    return f"write: alter type {kind} add value if not exists {literal(found[1])};"


def _extension(case: Case, found: re.Match[str]) -> str:
    del case
    return f"write: create extension if not exists {spell(found[1])};"


def _publication(case: Case, found: re.Match[str]) -> str:
    del found
    return f"Make it only where it is missing:\n{guarded(_own_text(case))}"


def _other(case: Case, found: re.Match[str]) -> str:
    del case
    return f"Put this in front: drop {found[1]} if exists {spell(found[2])};"


_OBJECTS: tuple[tuple[re.Pattern[str], Callable[[Case, re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern), advise)
    for pattern, advise in (
        (r'(policy|trigger|rule) "(.+?)" for (?:table|relation) "(.+?)" already', _part_of_table),
        (r'constraint "(.+?)" for (?:relation|domain) "(.+?)" already exists', _constraint),
        (r'^type "(.+?)" already exists', _type),
        (r'role "(.+?)" already exists', _role),
        (r'relation "(.+?)" is already member of publication "(.+?)"', _member),
        (r'enum label "(.+?)" already exists', _label),
        (r'extension "(.+?)" already exists', _extension),
        (r'publication "(.+?)" already exists', _publication),
        (r'((?:event trigger|server|language|foreign-data wrapper)) "(.+?)" already', _other),
    )
)


def duplicate_object(case: Case) -> str | None:
    """42710."""
    for pattern, advise in _OBJECTS:
        if found := pattern.search(case.message):
            return advise(case, found)
    return None


def duplicate_relation(case: Case) -> str | None:
    """42P07."""
    found = re.search(r'relation "(.+?)" already exists', case.message)
    if found is None:
        return None
    name, written = found[1], case.written(found[1])
    if case.tag == "CREATE INDEX":
        if "concurrently" in case.text.lower():
            return (
                f"an earlier try may have left it half-made. Put this in front: drop index "
                f"concurrently if exists {written};"
            )
        return f"write: create index if not exists {spell(name)} …, or drop the other one first."
    first = _first(case, name, case.written(name).replace('"', ""), RELATIONS)
    if case.tag == "CREATE VIEW":
        return f"{first}{_write(first)}: create or replace view {written} …"
    return (
        f"{first}If both are the same table, take this statement out; if not, rename one.\n"
        "create table if not exists passes over a table that is there, even with other columns."
    )


def duplicate_column(case: Case) -> str | None:
    """42701."""
    found = re.search(r'column "(.+?)" of relation "(.+?)" already exists', case.message)
    if found is None:
        return None
    column, table = spell(found[1]), case.written(found[2])
    return f"write: alter table {table} add column if not exists {column} …;"


def duplicate_function(case: Case) -> str | None:
    """42723."""
    found = re.search(r'function "(.+?)" already exists', case.message)
    if found is None:
        return None
    first = _first(case, f"{found[1]}()", found[1], FUNCTIONS)
    return f"{first}{_write(first)}: create or replace function {case.written(found[1])} …"


def duplicate_schema(case: Case) -> str | None:
    """42P06."""
    found = re.search(r'schema "(.+?)" already exists', case.message)
    if found is None:
        return None
    first = _first(case, f"schema {found[1]}", found[1], SCHEMAS)
    return f"{first}{_write(first)}: create schema if not exists {spell(found[1])};"
