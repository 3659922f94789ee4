"""A yes or no can be neither.

A boolean that may be null has three values, and `where not paid` leaves out the rows in which it is
null. Say NOT NULL, with a default for the rows that do not know.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    paid boolean
);
```

## Use instead
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    paid boolean not null default false
);
```
"""

from airlock.checks._columns import STATEMENTS, How, hit, of_types
from airlock.checks.act import Act
from airlock.checks.rule import Hits, Rule
from airlock.model.finding import Level

_TYPES = frozenset({"bool"})


def check(act: Act) -> Hits:
    """Find a column of that type."""
    for column in of_types(act, _TYPES):
        if column.how is How.CHANGE or "CONSTR_NOTNULL" in column.constraints:
            continue
        yield hit(
            act, column, f"{column} has three values: where not {column.name} leaves out nulls"
        )


RULE = Rule(
    level=Level.NOTE,
    on=STATEMENTS,
    act=check,
    opt_in=True,
    words=frozenset({"bool", "boolean"}),
    peers=("pgrubic/TP017",),
)
