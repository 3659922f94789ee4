"""A text without a limit is called varchar.

`varchar` without a length is `text` by another name; one name in a schema is easier to read than
two. It is a matter of taste.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    title varchar
);
```

## Use instead
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    title text
);
```
"""

from airlock.checks._columns import STATEMENTS, hit, of_types
from airlock.checks.act import Act
from airlock.checks.rule import Hits, Rule
from airlock.model.finding import Level

_TYPES = frozenset({"varchar"})


def check(act: Act) -> Hits:
    """Find a column of that type."""
    for column in of_types(act, _TYPES):
        if column.type.modifiers:
            continue
        yield hit(act, column, f"{column} is a text by another name", instead="text")


RULE = Rule(
    level=Level.NOTE,
    on=STATEMENTS,
    act=check,
    opt_in=True,
    words=frozenset({"char", "character", "nchar", "varchar"}),
    peers=("pgrubic/TP005",),
)
