"""Advice about rows that stand against a statement."""

from __future__ import annotations

import re

from airlock.model.failure import HIDDEN
from airlock.model.names import literal, spell
from airlock.sources.advice.case import Case


def not_null(case: Case) -> str | None:
    """23502."""
    there = re.search(r'column "(.+?)" of relation "(.+?)" contains null values', case.message)
    if there:
        column, table = spell(there[1]), case.written(there[2])
        if case.tag == "ALTER TABLE" and re.search(r"\badd\b", case.text, re.IGNORECASE):
            return (
                f"{table} has rows, which get no value for {column}. Add it with a default, or add "
                "it without NOT NULL, fill it in, then:\n"
                f"alter table {table} alter column {column} set not null;"
            )
        return f"fill it in first: update {table} set {column} = … where {column} is null;"
    found = re.search(r'null value in column "(.+?)" of relation "(.+?)"', case.message)
    if found:
        return f"give {spell(found[1])} a value, or the column a default."
    return None


def unique(case: Case) -> str | None:
    """23505."""
    index = re.search(r'could not create unique index "(.+?)"', case.message)
    if index:
        return (
            "rows with the same values are there. Find them, and mend them in this file first:\n"
            "select <columns>, count(*) from <table> group by <columns> having count(*) > 1;"
        )
    found = re.search(r'duplicate key value violates unique constraint "(.+?)"', case.message)
    if found and case.tag == "INSERT":
        return (
            f"the row is there already. Add: on conflict on constraint {spell(found[1])} do nothing"
        )
    return None


def foreign_key(case: Case) -> str | None:
    """23503."""
    found = re.search(r'on table "(.+?)" violates foreign key constraint "(.+?)"', case.message)
    if found is None:
        return None
    if case.tag != "ALTER TABLE":
        return "insert the rows that are referred to first, in this file or an earlier one."
    return (
        f"rows of {case.written(found[1])} refer to rows that are not there. Mend them in this "
        f"file first, or add {spell(found[2])} with NOT VALID and, when they are mended:\n"
        f"alter table {case.written(found[1])} validate constraint {spell(found[2])};"
    )


def check(case: Case) -> str | None:
    """23514."""
    there = re.search(
        r'check constraint "(.+?)" of relation "(.+?)" is violated by some row', case.message
    )
    if there is None:
        return None
    table, name = case.written(there[2]), spell(there[1])
    return (
        "rows that are there break it. Mend them in this file first, or add it with NOT VALID "
        "(which binds new rows only) and, when they are mended:\n"
        f"alter table {table} validate constraint {name};"
    )


def exclusion(case: Case) -> str | None:
    """23P01."""
    if "could not create exclusion constraint" not in case.message:
        return None
    return "rows that are there conflict with each other. Mend them in this file first."


def enum_value(case: Case) -> str | None:
    """22P02."""
    found = re.search(r'invalid input value for enum (\S+?): "(.+?)"', case.message)
    if found is None or found[2] == HIDDEN:
        return None
    return (
        f"{found[1]} has no such value. Put this into a migration of its own before this one: "
        f"alter type {found[1]} add value {literal(found[2])};"
    )
