"""Advice about how a statement is written, when it may run, and what stands in its way."""

from __future__ import annotations

import re

from airlock.model.names import few, spell
from airlock.sources.advice.case import Case
from airlock.sources.advice.extensions import create_extension

_SIGNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.MULTILINE), advice)
    for pattern, advice in (
        (r"^(<{7}|={7}|>{7})( |$)",
         "the file holds the marks of a merge conflict (<<<<<<<): decide which side is meant."),
        (r"\{\{.*?\}\}|\{%.*?%\}|<%.*?%>|\$\{\w+\}",
         "the statement holds a placeholder of a template: run the template first, and commit "
         "what it makes."),
        (r"(?<![:\w]):(['\"]?)[a-z_]\w*\1(?!\w)",
         "the statement holds a variable of psql (:name): write its value."),
        (r"\\(?:g|gx|gexec|gset|crosstabview|watch)\b",
         "the statement ends with a command of psql's, which the server does not know: end it "
         "with a semicolon."),
        (r"`", "names in backticks are MySQL's: write them bare, or in double quotes."),
        (r"\bauto_increment\b",
         "auto_increment is MySQL's: write bigint generated always as identity."),
        (r"\bcreate\s+policy\s+if\s+not\s+exists\b",
         'Postgres has no CREATE POLICY IF NOT EXISTS. Write: drop policy if exists "name" on '
         "table; create policy …"),
        (r"\bcreate\s+(or\s+replace\s+)?trigger\s+if\s+not\s+exists\b",
         "Postgres has no CREATE TRIGGER IF NOT EXISTS. Write: create or replace trigger …"),
        (r"\bcreate\s+(type|domain|role|user)\s+if\s+not\s+exists\b",
         "Postgres has no IF NOT EXISTS here. Write:\n"
         "do $$ begin create …; exception when duplicate_object then null; end $$;"),
        (r"\badd\s+constraint\s+if\s+not\s+exists\b",
         "Postgres has no ADD CONSTRAINT IF NOT EXISTS. Put this in front: alter table … drop "
         "constraint if exists …;"),
        (r"\bcreate\s+function\s+if\s+not\s+exists\b",
         "Postgres has no CREATE FUNCTION IF NOT EXISTS. Write: create or replace function …"),
        (r",\s*\)", "there is a comma before a closing bracket: take it out."),
        (r"^\s*go\s*$", "GO is SQL Server's: end statements with semicolons."),
    )
)  # fmt: skip


def syntax(case: Case) -> str | None:
    """42601."""
    conflict, advice = _SIGNS[0]
    if conflict.search(case.failure.text):
        return advice
    for sign, advice in _SIGNS[1:]:
        if sign.search(_code(case.text)):
            return advice
    return None


def _code(text: str) -> str:
    """Return a statement without its comments and plain strings."""
    text = re.sub(r"--[^\n]*|/\*.*?\*/", " ", text, flags=re.DOTALL)
    return re.sub(r"(?<!:)'(?:[^']|'')*'", "''", text)


def inside_transaction(case: Case) -> str | None:
    """25001."""
    if "from a function" in case.message or case.tag in ("DO", "CALL", "SELECT"):
        return "take it out of the block or function: write it as a statement of its own."
    if "cannot run inside a transaction block" in case.message:
        return (
            "take BEGIN and COMMIT out of the file: Airlock runs such a statement alone, and what "
            "is before and after it in transactions of their own."
        )
    return None


def transaction_in_block(case: Case) -> str | None:
    """2D000."""
    del case
    return (
        "take COMMIT and ROLLBACK out of the block: Airlock runs a file in one transaction. "
        "What needs several goes into several migrations."
    )


def enum_at_once(case: Case) -> str | None:
    """55P04."""
    del case
    return (
        "Postgres lets nobody use a new enum value before it is committed. Take BEGIN and COMMIT "
        "out of the file, or put ALTER TYPE … ADD VALUE into a migration of its own before this."
    )


def in_use(case: Case) -> str | None:
    """55006."""
    if "pending trigger events" in case.message:
        return (
            "rows that this transaction changed still have checks to come. Put this in front: "
            "set constraints all immediate;"
        )
    if "being accessed by other users" in case.message:
        return (
            "somebody is connected: close other sessions on that database, or end them with "
            "pg_terminate_backend, and run it again."
        )
    return "something still uses it: close other sessions, then run it again."


def lock_timeout(case: Case) -> str | None:
    """55P03."""
    del case
    return (
        "another session kept a lock that this statement needs, so it gave way. Run it again when "
        "less is going on; who is in the way:\n"
        "select pid, usename, state, xact_start from pg_stat_activity where xact_start is not null;"
    )


def deadlock(case: Case) -> str | None:
    """40P01."""
    del case
    return "this file and another session waited for each other. Run it again."


def statement_timeout(case: Case) -> str | None:
    """57014."""
    if "statement timeout" not in case.message:
        return None
    return (
        "if it needs longer, write above it, for this file alone: set statement_timeout = '15min';"
    )


def dependents(case: Case) -> str | None:
    """2BP01."""
    role = re.search(r'role "(.+?)" cannot be dropped', case.message)
    if role:
        name = spell(role[1])
        return f"put this in front: reassign owned by {name} to postgres; drop owned by {name};"
    lines = (case.failure.detail or "").splitlines()
    users = [line.split(" depends on ")[0] for line in lines if " depends on " in line]
    named = f" ({few(users)})" if users else ""
    return (
        f"drop what depends on it first{named}, and make it again after. CASCADE drops all of that "
        "as well, unseen."
    )


_COLUMN_USERS = {
    "view or rule": "view",
    "policy definition": "policy",
    "trigger definition": "trigger",
    "generated column": "generated column",
    "publication WHERE clause": "publication",
    "function or procedure": "function",
}


def not_supported(case: Case) -> str | None:
    """0A000."""
    extension = re.search(r'extension "(.+?)" is not available', case.message)
    if extension:
        return missing_extension(case)
    found = re.search(r"cannot alter type of a column used (?:by|in) an? (.+)", case.message)
    if found:
        user = _COLUMN_USERS.get(found[1], found[1])
        detail = (case.failure.detail or "").split(" depends on ")[0]
        which = f" ({detail})" if detail else ""
        return f"drop the {user}{which} before it, and make it again after it, in this file."
    return None


def missing_extension(case: Case) -> str | None:
    """0A000 and 58P01."""
    found = re.search(r'extension "(.+?)"|extension/([\w-]+)\.control', case.message)
    if found is None:
        return None
    name = found[1] or found[2]
    return (
        f"this server does not have {name}. If only production needs it: "
        "airlock.toml, [project] postgres = <its major>, and airlock db install <major>; else take "
        f"{create_extension(case, name).removesuffix(';')} out."
    )


def view_columns(case: Case) -> str | None:
    """42P16."""
    if re.search(r"cannot (drop columns from|change (name|data type) of) view", case.message):
        found = re.search(r"\bview\s+((?:\"[^\"]+\"|\w+)(?:\.(?:\"[^\"]+\"|\w+))?)", case.text)
        return f"put this in front: drop view if exists {found[1] if found else '…'};"
    return None


def no_unique(case: Case) -> str | None:
    """42830 and 42P10."""
    found = re.search(r'no unique constraint matching given keys for referenced table "(.+?)"',
                      case.message)  # fmt: skip
    if found:
        table = case.written(found[1])
        return f"the columns referred to need: alter table {table} add unique (<columns>);"
    if "ON CONFLICT" in case.message:
        return "the columns of ON CONFLICT need a unique index: create unique index on … (…);"
    return None


_DENIED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), advice)
    for pattern, advice in (
        (r"must be owner of (?:table|relation) (?:users|objects|buckets)\b",
         "tables of auth and storage belong to the platform. A project may refer to them, and "
         "put triggers and policies on them; anything else a hosted database refuses."),
        (r"permission denied for schema (auth|storage|realtime|vault|graphql|cron|net)\b",
         "that schema belongs to the platform: a hosted database refuses it too. Make the object "
         "in a schema of your own."),
        (r"permission denied for schema (pg_\w+|information_schema)",
         "the system's schemas are closed: make the object in a schema of your own."),
        (r"permission denied to (create|alter|drop) role|must have (ADMIN|CREATEROLE)",
         "the role that deploys may not manage roles: let an administrator do it once, by hand."),
        (r"permission denied to set parameter|permission denied to set role",
         "only a superuser may; hosted platforms have none. Take the statement out."),
        (r"[Mm]ust be superuser|Only roles with the SUPERUSER|only superuser",
         "hosted platforms give nobody a superuser: there it fails too. Take it out, or let the "
         "platform's dashboard do it."),
        (r"must be owner of",
         "the role that deploys does not own it: deploy as its owner, or let the owner run: "
         "alter … owner to <the role that deploys>;"),
        (r"permission denied for",
         "the role that deploys was not granted it: deploy as the owner, or let the owner grant "
         "it."),
    )
)  # fmt: skip


def not_allowed(case: Case) -> str | None:
    """42501."""
    for pattern, advice in _DENIED:
        if pattern.search(case.message):
            return advice
    return None
