"""A table inherits from another.

Queries of the parent read the children's rows too, while its keys, its indexes and its row-level
security do not count for them: a foreign key to the parent finds no row of a child, and two
children can hold the same key. Partitions do what is mostly meant, and a view over a UNION the
rest.

## Example
```sql
create table if not exists internal.big_orders (
    discount bigint
) inherits (internal.orders);
```

## Use instead
```sql
create table if not exists internal.orders (
    id bigint generated always as identity,
    placed_on date not null,
    primary key (id, placed_on)
) partition by range (placed_on);
```
"""

from airlock.checks._tables import definition
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import commands, relation
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find INHERITS and ALTER TABLE … INHERIT; a partition is no heir."""
    node = act.node
    if act.kind == "create_stmt":
        parents = (
            [] if node.HasField("partbound") else [each.range_var for each in node.inh_relations]
        )
    else:
        parents = [
            definition(command).range_var
            for sort, command in commands(node)
            if sort == "AT_AddInherit"
        ]
    for parent in parents:
        child = relation(node.relation)
        yield Hit(
            message=f"{child} inherits from {relation(parent)}, but not its keys and policies",
            table=child,
        )


RULE = Rule(
    level=Level.NOTE,
    on=("create_stmt", "alter_table_stmt"),
    act=check,
    opt_in=True,
    peers=("pgrubic/GN001",),
)
