"""Pairs of texts are kept in a type of an extension.

`hstore` holds texts alone and needs an extension wherever the schema goes. `jsonb` is part of
Postgres and keeps numbers, lists and what nests.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    details hstore
);
```

## Use instead
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    details jsonb
);
```
"""

from airlock.checks._columns import STATEMENTS, hit, of_types
from airlock.checks.act import Act
from airlock.checks.rule import Hits, Rule
from airlock.model.finding import Level

_TYPES = frozenset({"hstore"})


def check(act: Act) -> Hits:
    """Find a column of that type."""
    for column in of_types(act, _TYPES):
        yield hit(
            act, column, f"{column} holds texts alone, and needs an extension", instead="jsonb"
        )


RULE = Rule(
    level=Level.NOTE,
    on=STATEMENTS,
    act=check,
    opt_in=True,
    words=frozenset({"hstore"}),
    peers=("pgrubic/TP013",),
)
