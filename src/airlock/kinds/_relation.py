"""What kinds that live on a relation share."""

from __future__ import annotations

from functools import lru_cache

from airlock.model.names import quote
from airlock.model.node import Id

RELATIONS = {
    "r": "table",
    "p": "table",
    "f": "foreign table",
    "v": "view",
    "m": "materialized view",
    "S": "sequence",
    "i": "index",
    "I": "index",
    "c": "composite type",
}
"""Kind by `pg_class.relkind`."""


@lru_cache(maxsize=16_384)
def relation(relkind: str, schema: str, name: str) -> Id:
    """Return the address of a relation: one for all that is part of it."""
    return Id(RELATIONS[relkind], (schema, name))


def alter_relation(id: Id) -> str:
    """Return how ALTER names a relation: `alter table "s"."t"`."""
    return f"alter {id.kind} {quote(*id.path)}"
