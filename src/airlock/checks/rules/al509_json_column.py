"""A JSON document is kept as its text.

`json` has no equality, so DISTINCT, GROUP BY and UNION over such a column fail, for programs that
worked before the column was added as well. It is parsed at every access and cannot be indexed.
`jsonb` can do all that; it keeps neither the order of keys nor keys that stand there twice.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    details json
);
```

```sql
alter table internal.orders add column if not exists details json;
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

_TYPES = frozenset({"json"})


def check(act: Act) -> Hits:
    """Find a column of that type."""
    for column in of_types(act, _TYPES):
        yield hit(
            act,
            column,
            f"{column} has no equality: distinct, group by and union over it fail",
            instead="jsonb",
        )


RULE = Rule(
    level=Level.WARNING,
    on=STATEMENTS,
    act=check,
    words=frozenset({"json"}),
    peers=(
        "eugene/E3",
        "pgrubic/TP008",
        "strong_migrations/add_column_json",
        "postgres-language-server/preferJsonb",
    ),
)
