"""Quoting: the only module that turns a name or a text into SQL."""

from __future__ import annotations


def quote(*parts: str) -> str:
    """Return a dotted, always quoted identifier: `quote("public", 'a"b')` is `"public"."a""b"`."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def literal(text: str) -> str:
    """Return `text` as a string constant under any `standard_conforming_strings`.

    A constant with a backslash is written as `E'…'` (PostgreSQL manual, 4.1.2.2).
    """
    body = text.replace("'", "''")
    if "\\" in body:
        return " E'" + body.replace("\\", "\\\\") + "'"
    return "'" + body + "'"
