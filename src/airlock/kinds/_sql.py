"""Pieces of catalog queries that several kinds share."""

from __future__ import annotations

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
