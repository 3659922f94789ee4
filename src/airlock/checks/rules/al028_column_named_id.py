"""A key is called id alone.

In a join of several tables each has an `id`, so that every query has to rename it, `using (id)`
joins what does not belong together, and a wrong one compares without an error. `order_id` is the
same in its own table and where others point to it.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key
);
```

## Use instead
```sql
create table if not exists internal.orders (
    order_id bigint generated always as identity primary key
);
```
"""

from airlock.checks._columns import How, declared
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a new column of that name."""
    for column in declared(act):
        if column.how is not How.CHANGE and column.name == "id":
            yield Hit(
                message=f"{column} has the name of many other columns",
                at=act.offset(column.node.location),
                subject=str(column),
            )


RULE = Rule(
    level=Level.NOTE,
    on=("create_stmt", "alter_table_stmt", "create_foreign_table_stmt"),
    act=check,
    opt_in=True,
    peers=("pgrubic/GN017",),
)
