"""A column has the name of its table.

In a query the name then means the column in one place and the whole row in another:
`count(orders)` counts one or the other, and a mistake in it is no error.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    orders bigint
);
```

## Use instead
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    order_count bigint
);
```
"""

from airlock.checks._columns import STATEMENTS, How, declared
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a new one."""
    for column in declared(act):
        if column.how is not How.CHANGE and column.name == column.table.name:
            yield Hit(
                message=f"{column} has the name of its table",
                at=act.offset(column.node.location),
                subject=str(column),
            )


RULE = Rule(
    level=Level.NOTE,
    on=STATEMENTS,
    act=check,
    opt_in=True,
    peers=("pgrubic/GN010",),
)
