"""A table is cut into partitions by several columns at once.

The ranges are compared column by column from the left, so that the second counts only where the
first is equal: values end up in partitions where nobody looks for them, and queries on the second
column alone read all of them. Partitions of partitions, one column each, do what is meant.

## Example
```sql
create table if not exists internal.readings (
    place bigint not null,
    taken_on date not null,
    primary key (place, taken_on)
) partition by range (place, taken_on);
```

## Use instead
```sql
create table if not exists internal.readings (
    place bigint not null,
    taken_on date not null,
    primary key (place, taken_on)
) partition by range (taken_on);
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import relation
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find PARTITION BY with more than one."""
    columns = len(act.node.partspec.part_params)
    if columns > 1:
        table = relation(act.node.relation)
        yield Hit(
            message=f"{table} is cut into partitions by {columns} columns at once", table=table
        )


RULE = Rule(
    level=Level.NOTE,
    on=("create_stmt",),
    act=check,
    opt_in=True,
    peers=("pgrubic/GN018",),
)
