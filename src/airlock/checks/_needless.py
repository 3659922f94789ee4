"""What the rules about keys that another makes needless share: how each is found and told."""

from __future__ import annotations

from collections.abc import Callable

from airlock.checks._keys import Key, keys_of_file, keys_of_schema, pairs
from airlock.checks.act import File
from airlock.checks.rule import Flaw, Flaws, Hit, Hits, Schema
from airlock.model.names import spell

BLAMES = ("index_stmt", "alter_table_stmt", "create_stmt")
Tell = Callable[[Key, Key], str | None]
"""Says of a key, and of the one that makes it needless, what is wrong; None where it is fine."""


def in_files(tell: Tell) -> Callable[[File], Hits]:
    """Return what asks about the keys that a file makes."""

    def check(file: File) -> Hits:
        for key, other in pairs(keys_of_file(file)):
            if message := tell(key, other):
                yield Hit(
                    message=message,
                    at=key.at,
                    table=None,
                    subject=f"{key.table}:{key.name or key.shown}",
                )

    return check


def in_schema(tell: Tell) -> Callable[[Schema], Flaws]:
    """Return what asks about the keys that a schema holds."""

    def audit(schema: Schema) -> Flaws:
        found = dict(keys_of_schema(schema.catalog))
        ids = {(key.table, key.name): id for id, key in found.items()}
        for key, other in pairs(found.values()):
            if message := tell(key, other):
                name = spell(key.table.schema, key.name)
                yield Flaw(
                    subject=ids[key.table, key.name],
                    message=message,
                    fix=f"drop index concurrently {name};" if not key.constraint else None,
                    table=key.table,
                    words=tuple(each for each in key.elements if each.isidentifier()),
                )

    return audit


def own(key: Key) -> str:
    """Name an index that is too much."""
    return f"the index {spell(key.name)}" if key.name else f"the index on ({key.shown})"


def named(key: Key) -> str:
    """Name the key that does its work."""
    if key.primary:
        return "the primary key"
    what = "the constraint" if key.constraint else "the index"
    return f"{what} {spell(key.name)}" if key.name else f"{what} on ({key.shown})"
