"""Pieces of catalog queries that several kinds share."""

from __future__ import annotations

import re

SYSTEM = "('pg_catalog', 'information_schema', 'pg_toast')"
"""Schemas that belong to Postgres; temporary ones are named by a pattern."""


def own_schema(alias: str) -> str:
    """Return a condition: the `pg_namespace` row `alias` is not one of Postgres's own."""
    return f"{alias}.nspname not in {SYSTEM} and {alias}.nspname !~ '^pg_(temp|toast_temp)_'"


def no_member(catalog: str, oid: str) -> str:
    """Return a condition: the object is no member of an extension."""
    # Read by way of the index on what is referred to, once for the whole query.
    return (
        f"{oid} not in ("
        "select member.objid"
        " from pg_depend member"
        " where member.refclassid = 'pg_extension'::regclass"
        f" and member.classid = '{catalog}'::regclass"
        " and member.deptype = 'e')"
    )


_CAST_LIST = re.compile(
    r"""\(ARRAY\[(?P<inside>(?:[^\[\]']|'(?:[^']|'')*')*)\]\)::(?P<type>[a-z_." ]+)\[\]"""
)
_ELEMENT = re.compile(r"""(?:'(?:[^']|'')*'|[^,'])+""")
_ELEMENT_CAST = re.compile(r"""::(?P<type>[^':(),]+(?:\(\d+\))?)\s*$""")


def stable(text: str) -> str:
    """Return an expression that Postgres printed so that it reads it back as what it was.

    `x in ('a', 'b')` on a varchar is kept as a list cast as a whole, printed as
    `(ARRAY['a'::varchar, …])::text[]`. Read back, that casts each element instead, and is
    printed otherwise from then on. A cast of the list in between keeps the one form (PostgreSQL
    source, `transformTypeCast`: a cast right on an ARRAY goes to its elements).
    """
    return _CAST_LIST.sub(_with_list_cast, text) if "(ARRAY[" in text else text


def _with_list_cast(found: re.Match[str]) -> str:
    inside, target = found["inside"], found["type"]
    casts = {
        match["type"].strip() if (match := _ELEMENT_CAST.search(element)) else ""
        for element in _ELEMENT.findall(inside)
    }
    if len(casts) != 1 or casts & {"", target}:
        return found[0]
    return f"((ARRAY[{inside}])::{casts.pop()}[])::{target}[]"
