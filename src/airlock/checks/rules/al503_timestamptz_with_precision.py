"""A timestamp is rounded, and can come to lie in the future.

`timestamptz(0)` does not cut the fraction of a second off, it rounds: half of all values are later
than what was written, so that `created_at <= now()` is false for a moment. Keep what there is, and
cut where it is shown: `date_trunc('second', …)`. Milliseconds and finer are only noted.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    placed_at timestamptz(0)
);
```

## Use instead
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    placed_at timestamptz
);
```
"""

from airlock.checks._columns import STATEMENTS, hit, of_types
from airlock.checks.act import Act
from airlock.checks.rule import Hits, Rule
from airlock.model.finding import Level

_FINE = 3
"""Digits of the second from which on nobody sees the difference: milliseconds."""
_TYPES = frozenset({"timestamptz", "timestamp"})


def check(act: Act) -> Hits:
    """Find a column of that type."""
    for column in of_types(act, _TYPES):
        if not column.type.modifiers:
            continue
        yield hit(
            act,
            column,
            f"{column} is rounded, and can be later than what was written",
            instead=column.type.name,
            level=Level.NOTE if column.type.modifiers[0] >= _FINE else None,
        )


RULE = Rule(
    level=Level.WARNING,
    on=STATEMENTS,
    act=check,
    words=frozenset({"timestamp", "timestamptz"}),
    peers=("pgrubic/TP003",),
)
