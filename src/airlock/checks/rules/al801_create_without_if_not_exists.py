"""A second run of the file stops where it creates what is there by then.

A migration that can run again is one that nobody has to repair by hand: after a connection that
broke between the commit and the record of it, on a database that got the change in another way, in
a branch that was restored from a backup. IF NOT EXISTS lets the statement pass where its work is
done. It looks at the name alone, so a different table of that name stays as it is.

What stands in the file's own BEGIN … COMMIT is left alone, since it stays as a whole or not at all,
and so is what the same file drops before, or creates under a condition.

## Example
```sql
create table internal.orders (id bigint generated always as identity primary key);
```
```sql
create schema billing;
```

## Use instead
```sql
create table if not exists internal.orders (id bigint generated always as identity primary key);
```
```sql
create schema if not exists billing;
```
"""

from collections.abc import Callable, Mapping

from airlock.checks._guards import (
    IF_NOT_EXISTS,
    after_phrase,
    all_or_nothing,
    freed,
    insertion,
    key,
    object_kind,
)
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule, edited
from airlock.checks.syntax import enum, qualified, relation
from airlock.model.finding import Level
from airlock.model.names import spell
from airlock.sources.sqltext import Node

Named = tuple[str, tuple[str, ...]]

_PHRASES = {
    "table": (("table",),),
    "foreign table": (("foreign", "table"),),
    "materialized view": (("materialized", "view"),),
    "index": (("index", "concurrently"), ("index",)),
    "schema": (("schema",),),
    "extension": (("extension",),),
    "sequence": (("sequence",),),
    "statistics": (("statistics",),),
    "server": (("server",),),
    "user mapping": (("user", "mapping"),),
    "collation": (("collation",),),
}
"""The words that IF NOT EXISTS follows."""


def check(act: Act) -> Hits:
    """Find a CREATE that could have the words."""
    found = _named(act)
    if found is None or act.guarded or all_or_nothing(act):
        return
    kind, names = found
    if freed(act, key(kind, *names), of=relation(act.node.relation) if kind == "index" else None):
        return
    at = after_phrase(act, _PHRASES[kind])
    edits = insertion(at, IF_NOT_EXISTS) if at is not None else ()
    yield Hit(
        message=f"a second run fails here: the {kind} {spell(*filter(None, names))} exists by then",
        subject=".".join(names),
        fix=edited(act, *edits) if edits else None,
        edits=edits,
    )


def _named(act: Act) -> Named | None:
    """Return the kind and the name of what a CREATE without IF NOT EXISTS makes."""
    return None if getattr(act.node, "if_not_exists", False) else _NAMED[act.kind](act.node)


def _table(node: Node) -> Named | None:
    drops = enum(node, "oncommit") == "ONCOMMIT_DROP"
    return None if drops else ("table", relation(node.relation))


def _foreign_table(node: Node) -> Named | None:
    base = node.base_stmt
    return None if base.if_not_exists else ("foreign table", relation(base.relation))


def _table_as(node: Node) -> Named | None:
    drops = enum(node.into, "on_commit") == "ONCOMMIT_DROP"
    return None if drops else (object_kind(node, "objtype"), relation(node.into.rel))


def _index(node: Node) -> Named | None:
    schema = relation(node.relation).schema
    return ("index", (schema, node.idxname)) if node.idxname else None


def _schema(node: Node) -> Named | None:
    return ("schema", (node.schemaname,)) if node.schemaname else None


def _sequence(node: Node) -> Named | None:
    sequence = node.sequence
    return None if sequence.relpersistence == "t" else ("sequence", relation(sequence))


def _statistics(node: Node) -> Named | None:
    return ("statistics", qualified(node.defnames)) if node.defnames else None


def _collation(node: Node) -> Named | None:
    found = object_kind(node, "kind") == "collation"
    return ("collation", qualified(node.defnames)) if found else None


_NAMED: Mapping[str, Callable[[Node], Named | None]] = {
    "create_stmt": _table,
    "create_foreign_table_stmt": _foreign_table,
    "create_table_as_stmt": _table_as,
    "index_stmt": _index,
    "create_schema_stmt": _schema,
    "create_extension_stmt": lambda node: ("extension", (node.extname,)),
    "create_seq_stmt": _sequence,
    "create_stats_stmt": _statistics,
    "create_foreign_server_stmt": lambda node: ("server", (node.servername,)),
    "create_user_mapping_stmt": lambda node: (
        "user mapping",
        (node.user.rolename or "public", node.servername),
    ),
    "define_stmt": _collation,
}


RULE = Rule(
    level=Level.WARNING,
    on=tuple(_NAMED),
    act=check,
    peers=("squawk/prefer-robust-stmts", "safe-migrate/missing-idempotency"),
)
