"""Names: the only module that turns one, or a text, into SQL; and how messages list them."""

from __future__ import annotations

import re
from collections.abc import Sequence


def quote(*parts: str) -> str:
    """Return a dotted, always quoted identifier: `quote("public", 'a"b')` is `"public"."a""b"`."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def unquote(text: str) -> tuple[str, ...]:
    """Return the parts of a dotted identifier as Postgres writes it: `quote` the other way."""
    return tuple(
        (quoted or "").replace('""', '"') or plain for quoted, plain in _PART.findall(text)
    )


def literal(text: str) -> str:
    """Return `text` as a string constant under any `standard_conforming_strings`.

    A constant with a backslash is written as `E'…'` (PostgreSQL manual, 4.1.2.2).
    """
    body = text.replace("'", "''")
    if "\\" in body:
        return " E'" + body.replace("\\", "\\\\") + "'"
    return "'" + body + "'"


def spell(*parts: str) -> str:
    """Return a dotted identifier as people write it: quoted only where it has to be."""
    return ".".join(
        part if _PLAIN.fullmatch(part) and part not in _RESERVED else quote(part) for part in parts
    )


def few(names: Sequence[str]) -> str:
    """Return the first three names for a message, with an ellipsis where there are more."""
    return ", ".join(names[:_FEW]) + (" …" if len(names) > _FEW else "")


_FEW = 3
_PART = re.compile(r'"((?:[^"]|"")+)"|([^".]+)')
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_RESERVED_WORDS = """
    all analyse analyze and any array as asc asymmetric authorization binary both case cast check
    collate collation column concurrently constraint create cross current_catalog current_date
    current_role current_schema current_time current_timestamp current_user default deferrable
    desc distinct do else end except false fetch for foreign freeze from full grant group having
    ilike in initially inner intersect into is isnull join lateral leading left like limit
    localtime localtimestamp natural not notnull null offset on only or order outer overlaps
    placing primary references returning right select session_user similar some symmetric
    system_user table tablesample then to trailing true union unique user using variadic verbose
    when where window with
"""
"""Words that are a name only in quotes (PostgreSQL manual, Appendix C)."""
_RESERVED = frozenset(_RESERVED_WORDS.split())
