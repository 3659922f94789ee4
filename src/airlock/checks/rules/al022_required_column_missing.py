"""A new table lacks a column that every table must have.

What the project relies on everywhere is not there: the moment of creation for support, the tenant
for policies. Added later it needs values for the rows that are there by then.

`required_columns` under `[checks]` lists the columns that each table must have, with their types.
Without it that is `created_at timestamptz`.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key
);
```

## Use instead
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    created_at timestamptz not null default now()
);
```
"""

from airlock.checks._required import required
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import columns, relation
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find CREATE TABLE without one; partitions, heirs, copies and temporary tables are spared."""
    node = act.node
    elsewhere = node.inh_relations or node.HasField("of_typename")
    copies = any(each.WhichOneof("node") == "table_like_clause" for each in node.table_elts)
    if elsewhere or copies or node.relation.relpersistence == "t":
        return
    table = relation(node.relation)
    there = {column.colname for column in columns(node)}
    for name, column in required(act).items():
        if name not in there:
            yield Hit(
                message=f"{table} has no column {name}",
                table=table,
                subject=f"{table}.{name}",
                fix=f"{name} {column.written} not null",
            )


RULE = Rule(
    level=Level.NOTE,
    on=("create_stmt",),
    act=check,
    opt_in=True,
    peers=(
        "pgrubic/GN011",
        "bytebase/column-required",
    ),
)
