"""A name is not written in lower case with underscores.

Postgres turns all names into lower case unless they stand in quotes. A name with capitals or spaces
has to be quoted in every query from now on, and whoever forgets it is told that the thing is not
there.

Names of policies are sentences by custom, and are not looked at.

## Example
```sql
create sequence if not exists internal."OrderNumbers";
```

```sql
alter index if exists internal.orders_placed_at_idx rename to "orders by day";
```

## Use instead
```sql
create sequence if not exists internal.order_numbers;
```

```sql
alter index if exists internal.orders_placed_at_idx rename to orders_by_day;
```
"""

import re

from airlock.checks._naming import STATEMENTS, given, said
from airlock.checks.act import Act
from airlock.checks.rule import Hits, Rule
from airlock.model.finding import Level

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*")


def check(act: Act) -> Hits:
    """Find one that needs quotes for its letters."""
    for named in given(act):
        if not _PLAIN.fullmatch(named.name):
            message = f'the {named.sort} "{named.name}" has to be written in quotes everywhere'
            yield said(act, named, message)


RULE = Rule(
    level=Level.NOTE,
    on=STATEMENTS,
    act=check,
    opt_in=True,
    peers=(
        "pgrubic/NM010",
        "pglinter/B005",
        "bytebase/naming-table",
        "bytebase/naming-column",
    ),
)
