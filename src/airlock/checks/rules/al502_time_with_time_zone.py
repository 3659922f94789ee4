"""A time of day carries a time zone that means nothing without a date.

Whether a zone is one or two hours from UTC depends on the day, so a `timetz` cannot say which
moment it is. The manual advises against it. Take `timestamptz` for a moment, `time` for what a
clock shows.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    opens_at timetz
);
```

## Use instead
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    opens_at time
);
```
"""

from airlock.checks._columns import STATEMENTS, hit, of_types
from airlock.checks.act import Act
from airlock.checks.rule import Hits, Rule
from airlock.model.finding import Level

_TYPES = frozenset({"timetz"})


def check(act: Act) -> Hits:
    """Find a column of that type."""
    for column in of_types(act, _TYPES):
        yield hit(
            act, column, f"the zone of {column} means nothing without a date", instead="timestamptz"
        )


RULE = Rule(
    level=Level.WARNING,
    on=STATEMENTS,
    act=check,
    words=frozenset({"time", "timetz"}),
    peers=("pgrubic/TP002",),
)
