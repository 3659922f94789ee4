"""A number ends at thirty-two thousand.

A `smallint` ends at 32,767, and saves nothing in most tables, since the next column is aligned to
four or eight bytes. A column that counts stops with an error on that day.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    visits smallint
);
```

## Use instead
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    visits bigint
);
```
"""

from airlock.checks._columns import STATEMENTS, hit, of_types
from airlock.checks.act import Act
from airlock.checks.rule import Hits, Rule
from airlock.model.finding import Level

_TYPES = frozenset({"int2", "smallserial", "serial2"})


def check(act: Act) -> Hits:
    """Find a column of that type."""
    for column in of_types(act, _TYPES):
        yield hit(
            act,
            column,
            f"{column} ends at 32,767",
            instead="bigserial" if "serial" in column.type.name else "bigint",
        )


RULE = Rule(
    level=Level.NOTE,
    on=STATEMENTS,
    act=check,
    opt_in=True,
    words=frozenset({"int2", "serial2", "smallint", "smallserial"}),
    peers=(
        "squawk/prefer-bigint-over-smallint",
        "pgrubic/TP010",
        "postgres-language-server/preferBigInt",
        "postgres-language-server/preferBigintOverSmallint",
    ),
)
