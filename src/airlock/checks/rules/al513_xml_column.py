"""A document is kept as XML.

Functions for `xml` are few, nothing compares or indexes it, and a server may be built without it.
`jsonb` has all of that, where the document may take its form.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    details xml
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

_TYPES = frozenset({"xml"})


def check(act: Act) -> Hits:
    """Find a column of that type."""
    for column in of_types(act, _TYPES):
        yield hit(act, column, f"{column} can be neither compared nor indexed", instead="jsonb")


RULE = Rule(
    level=Level.NOTE,
    on=STATEMENTS,
    act=check,
    opt_in=True,
    words=frozenset({"xml"}),
    peers=("pgrubic/TP012",),
)
