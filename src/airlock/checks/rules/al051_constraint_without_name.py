"""A constraint gets no name.

Postgres makes one up of the table and the columns, and puts a number behind it where that is taken.
Two databases can end up with different names for the same constraint, and the migration that drops
it later has to guess.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key
);
```

## Use instead
```sql
create table if not exists internal.orders (
    id bigint generated always as identity constraint orders_pkey primary key
);
```
"""

from airlock.checks._naming import constraints
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find one without."""
    for number, (sort, node) in enumerate(constraints(act)):
        if not node.conname:
            yield Hit(
                message=f"Postgres makes up the name of this {sort}",
                at=act.offset(node.location),
                subject=f"{sort} {number}",
            )


RULE = Rule(
    level=Level.NOTE,
    on=("create_stmt", "alter_table_stmt", "create_foreign_table_stmt"),
    act=check,
    opt_in=True,
    peers=("pgrubic/NM008",),
)
