"""An amount of money hangs on a setting of the server.

`money` keeps no currency: the setting `lc_monetary` decides how many digits follow the point and
which sign is shown, so a dump that is restored on another server shows other amounts. Keep the
smallest unit as `bigint`, or a `numeric`, and the currency beside it.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    total money
);
```

## Use instead
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    total_cents bigint
);
```
"""

from airlock.checks._columns import STATEMENTS, hit, of_types
from airlock.checks.act import Act
from airlock.checks.rule import Hits, Rule
from airlock.model.finding import Level

_TYPES = frozenset({"money"})


def check(act: Act) -> Hits:
    """Find a column of that type."""
    for column in of_types(act, _TYPES):
        yield hit(
            act,
            column,
            f"{column} hangs on the setting lc_monetary of the server",
            instead="numeric",
        )


RULE = Rule(
    level=Level.WARNING,
    on=STATEMENTS,
    act=check,
    words=frozenset({"money"}),
    peers=("pgrubic/TP006",),
)
