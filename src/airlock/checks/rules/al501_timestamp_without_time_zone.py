"""A column holds a date and time without saying in which zone.

A `timestamp` is what a clock on some wall showed. Two programs in two zones write two moments as
the same value and read one value as two moments; a change to daylight saving time makes an hour
ambiguous. A `timestamptz` is a moment: Postgres keeps it in UTC and shows it in the zone of whoever
asks.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    placed_at timestamp
);
```

```sql
alter table internal.orders add column if not exists placed_at timestamp without time zone;
```

## Use instead
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    placed_at timestamptz
);
```

```sql
alter table internal.orders add column if not exists placed_at timestamptz;
```
"""

from airlock.checks._columns import STATEMENTS, hit, of_types
from airlock.checks.act import Act
from airlock.checks.rule import Hits, Rule
from airlock.model.finding import Level

_TYPES = frozenset({"timestamp"})


def check(act: Act) -> Hits:
    """Find a column of that type."""
    for column in of_types(act, _TYPES):
        yield hit(
            act,
            column,
            f"{column} does not say which moment it is: it has no time zone",
            instead="timestamptz",
        )


RULE = Rule(
    level=Level.WARNING,
    on=STATEMENTS,
    act=check,
    words=frozenset({"timestamp"}),
    peers=(
        "squawk/prefer-timestamp-tz",
        "pgrubic/TP001",
        "postgres-language-server/preferTimestamptz",
    ),
)
