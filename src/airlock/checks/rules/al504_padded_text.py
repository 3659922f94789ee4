"""A text is filled up with spaces to its length.

`char(n)` fills every value up with spaces, which comparisons leave out in some places and not in
others: `like`, regular expressions and what an application reads all see them. It is no faster than
`text`. Write the length that has to hold as a CHECK.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    country char(2)
);
```

```sql
alter table internal.orders add column if not exists country character(2);
```

## Use instead
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    country text check (length(country) = 2)
);
```
"""

from airlock.checks._columns import STATEMENTS, hit, of_types
from airlock.checks.act import Act
from airlock.checks.rule import Hits, Rule
from airlock.model.finding import Level

_TYPES = frozenset({"bpchar", "char"})


def check(act: Act) -> Hits:
    """Find a column of that type."""
    for column in of_types(act, _TYPES):
        yield hit(act, column, f"{column} is filled up with spaces", instead="text")


RULE = Rule(
    level=Level.WARNING,
    on=STATEMENTS,
    act=check,
    words=frozenset({"bpchar", "char", "character", "nchar"}),
    peers=(
        "squawk/ban-char-field",
        "pgrubic/TP004",
        "postgres-language-server/banCharField",
    ),
)
