"""What a DO block does to several tables at once: `execute format('alter table %I …', name)`.

The names stand in the block as strings, or come from the catalog; then it is about all tables of
the schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from airlock.checks.act import Act
from airlock.checks.rule import Fact, Knows
from airlock.checks.syntax import PUBLIC, Name, routine_body
from airlock.sources.lexing import Token, tokens

_MEANT = (
    (Knows.ROW_SECURITY, "enable row level security"),
    (Knows.FORCED, "force row level security"),
    (Knows.POLICY, "create policy"),
    (Knows.INVOKER, "set (security_invoker"),
)
_SCHEMA = re.compile(
    r"(?:table|view|on)\s+(?:if\s+exists\s+|only\s+)*\"?(\w+)\"?\.\"?%", re.IGNORECASE
)
_IDENTIFIER = re.compile(r"'([a-z_]\w*)(?:\.([a-z_]\w*))?'")
_CATALOG = ("pg_tables", "pg_views", "pg_class", "information_schema.")


def looped(act: Act) -> Iterator[Fact]:
    """Yield what a DO block says of the tables that it names, or of all of a schema."""
    body = routine_body(act.kind, act.node)
    if body is None or "%" not in body.text or "execute" not in body.text.lower():
        return
    text = " ".join(body.text.lower().split())
    meant = [knows for knows, words in _MEANT if words in text]
    if not meant:
        return
    schemas = set(_SCHEMA.findall(text)) or {PUBLIC}
    if any(name in text for name in _CATALOG):
        names = {Name(schema, "") for schema in schemas}
    else:
        names = set(_named(body.text, schemas))
    for knows in meant:
        for name in names:
            yield Fact(knows, name)


def _named(text: str, schemas: set[str]) -> Iterator[Name]:
    for kind, start, end in tokens(text):
        found = _IDENTIFIER.fullmatch(text[start:end]) if kind is Token.STRING else None
        if found is None:
            continue
        first, second = found.groups()
        if second:
            yield Name(first, second)
        else:
            yield from (Name(schema, first) for schema in schemas)
