"""The name of a column does not say that it holds a date or a moment.

`paid` may be a flag, an amount or a day; `paid_at` and `paid_on` say what to compare them with.

`[checks.naming]` holds a regular expression for the whole name of columns with a date and time,
`timestamp`, and of those with a date, `date`. Without both they are to end with `_at`, and with
`_on` or `_date`.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    paid timestamptz
);
```

## Use instead
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    paid_at timestamptz
);
```
"""

import re
from collections.abc import Mapping

from airlock.checks._columns import STATEMENTS, How, declared
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level

_KEYS = {
    "date": "naming.date",
    "timestamp": "naming.timestamp",
    "timestamptz": "naming.timestamp",
}
_OWN: Mapping[str, tuple[str, ...]] = {
    "naming.date": (".+_(on|date)",),
    "naming.timestamp": (".+_at",),
}


def check(act: Act) -> Hits:
    """Find a new column of these types whose name does not match."""
    options = act.context.options
    forms = options if any(key in options for key in _KEYS.values()) else _OWN
    for column in declared(act):
        key = _KEYS.get(column.type.name, "") if not column.type.schema else ""
        for form in forms.get(key, ()):
            if column.how is not How.CHANGE and not re.fullmatch(form, column.name):
                yield Hit(
                    message=f"{column} holds a {column.type.name}, and is not called like {form}",
                    at=act.offset(column.node.location),
                    subject=str(column),
                )


RULE = Rule(
    level=Level.NOTE,
    on=STATEMENTS,
    act=check,
    opt_in=True,
    peers=("pgrubic/NM015", "pgrubic/NM016"),
)
