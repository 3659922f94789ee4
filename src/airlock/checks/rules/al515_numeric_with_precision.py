"""A number has its digits limited by its type.

A value with more digits before the point is refused, and one with more behind it is rounded without
a word. To change the scale writes the table anew under a lock. A CHECK says what has to hold, and
can be changed while people work.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    total numeric(9, 2)
);
```

## Use instead
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    total numeric
);
```
"""

from airlock.checks._columns import STATEMENTS, hit, of_types
from airlock.checks.act import Act
from airlock.checks.rule import Hits, Rule
from airlock.model.finding import Level

_TYPES = frozenset({"numeric"})


def check(act: Act) -> Hits:
    """Find a column of that type."""
    for column in of_types(act, _TYPES):
        if not column.type.modifiers:
            continue
        yield hit(
            act,
            column,
            f"the digits of {column} stand in its type, where they are hard to change",
            instead="numeric",
        )


RULE = Rule(
    level=Level.NOTE,
    on=STATEMENTS,
    act=check,
    opt_in=True,
    words=frozenset({"dec", "decimal", "numeric"}),
    peers=("pgrubic/TP016",),
)
