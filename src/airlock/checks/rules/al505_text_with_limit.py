"""A limit on the length of a text stands in its type.

`varchar(n)` is no faster than `text`, and to shorten the limit writes the table anew under a lock.
A CHECK says the same, has a name of its own in messages, and can be changed with NOT VALID and
VALIDATE while people work.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    title varchar(80)
);
```

```sql
alter table internal.orders add column if not exists title varchar(80);
```

## Use instead
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    title text check (length(title) <= 80)
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
        if not column.type.modifiers:
            continue
        yield hit(
            act,
            column,
            f"the limit of {column} stands in its type, where it is hard to change",
            instead="text",
        )


RULE = Rule(
    level=Level.NOTE,
    on=STATEMENTS,
    act=check,
    opt_in=True,
    words=frozenset({"char", "character", "nchar", "varchar"}),
    peers=(
        "squawk/prefer-text-field",
        "pgrubic/TP005",
        "postgres-language-server/preferTextField",
        "bytebase/column-max-char-length",
    ),
)
