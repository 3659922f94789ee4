"""A column counts with a sequence that is not its own.

`serial` makes a sequence that is a thing of its own: it has rights of its own that have to be
granted, and inserting a value by hand leaves it behind, so that a later insert fails. An identity
column is standard SQL, its sequence follows it, and GENERATED ALWAYS keeps values from being
written by mistake.

## Example
```sql
create table if not exists internal.orders (id bigserial primary key);
```

## Use instead
```sql
create table if not exists internal.orders (id bigint generated always as identity primary key);
```
"""

from airlock.checks._columns import STATEMENTS, How, hit, of_types
from airlock.checks.act import Act
from airlock.checks.rule import Hits, Rule
from airlock.model.finding import Level

_TYPES = frozenset({"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"})


def check(act: Act) -> Hits:
    """Find a column of that type."""
    for column in of_types(act, _TYPES):
        if column.how is How.CHANGE:
            continue
        yield hit(
            act,
            column,
            f"{column} counts with a sequence of its own rights, not as an identity",
            instead="bigint generated always as identity",
        )


RULE = Rule(
    level=Level.NOTE,
    on=STATEMENTS,
    act=check,
    words=frozenset({"bigserial", "serial", "serial2", "serial4", "serial8", "smallserial"}),
    peers=(
        "squawk/prefer-identity",
        "pgrubic/TP007",
        "postgres-language-server/preferIdentity",
    ),
)
