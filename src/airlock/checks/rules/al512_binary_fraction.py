"""A fraction is kept in binary, where most decimal ones are not exact.

`0.1 + 0.2` is not `0.3` in a `real` or `double precision`, and sums depend on the order of rows.
For measurements that is fine; amounts, rates and shares that people compare want `numeric`.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    rate double precision
);
```

## Use instead
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    rate numeric
);
```
"""

from airlock.checks._columns import STATEMENTS, hit, of_types
from airlock.checks.act import Act
from airlock.checks.rule import Hits, Rule
from airlock.model.finding import Level

_TYPES = frozenset({"float4", "float8"})


def check(act: Act) -> Hits:
    """Find a column of that type."""
    for column in of_types(act, _TYPES):
        yield hit(
            act, column, f"{column} cannot hold most decimal fractions exactly", instead="numeric"
        )


RULE = Rule(
    level=Level.NOTE,
    on=STATEMENTS,
    act=check,
    opt_in=True,
    words=frozenset({"double", "float", "float4", "float8", "real"}),
    peers=("pgrubic/TP011",),
)
