"""A table follows a type.

The columns of a table that is made OF a type are those of the type: none can be added or dropped on
the table itself, and ALTER TYPE … CASCADE changes all such tables at once, with a lock on each.

## Example
```sql
create table if not exists internal.orders of internal.order_row (primary key (id));
```

## Use instead
```sql
create table if not exists internal.orders (
    like internal.order_row,
    primary key (id)
);
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import relation
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find CREATE TABLE … OF."""
    if act.node.HasField("of_typename"):
        table = relation(act.node.relation)
        yield Hit(message=f"{table} has no columns of its own", table=table)


RULE = Rule(
    level=Level.NOTE,
    on=("create_stmt",),
    act=check,
    opt_in=True,
    peers=("pgrubic/GN034",),
)
