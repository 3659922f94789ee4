"""A table loses its rows when the server crashes.

An UNLOGGED table is not in the write-ahead log: after a crash, and after a failover or a restore,
it is empty, and replicas never see its rows. That is fine for a cache or for what an import stages,
and for nothing else.

## Example
```sql
create unlogged table if not exists internal.orders (
    id bigint generated always as identity primary key
);
```

## Use instead
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key
);
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import commands, relation
from airlock.model.finding import Level

_UNLOGGED = "u"


def check(act: Act) -> Hits:
    """Find a table that is made so, or becomes so."""
    match act.kind:
        case "create_stmt":
            var = act.node.relation
            unlogged = var.relpersistence == _UNLOGGED
        case "create_table_as_stmt":
            var = act.node.into.rel
            unlogged = var.relpersistence == _UNLOGGED
        case "select_stmt":
            var = act.node.into_clause.rel
            unlogged = var.relpersistence == _UNLOGGED
        case _:
            var = act.node.relation
            unlogged = any(sort == "AT_SetUnLogged" for sort, _ in commands(act.node))
    if unlogged:
        table = relation(var)
        yield Hit(message=f"{table} is empty after a crash of the server", table=table)


RULE = Rule(
    level=Level.WARNING,
    on=("create_stmt", "create_table_as_stmt", "select_stmt", "alter_table_stmt"),
    act=check,
    peers=("pgrubic/GN019",),
)
