"""A column that every table must have has another type.

Code that reads the column from any table gets other values from this one, and a query over several
of them has to convert.

`required_columns` under `[checks]` lists the columns that each table must have, with their types.
Without it that is `created_at timestamptz`.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    created_at date not null default current_date
);
```

## Use instead
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    created_at timestamptz not null default now()
);
```
"""

from airlock.checks._columns import STATEMENTS, declared, hit
from airlock.checks._required import required
from airlock.checks.act import Act
from airlock.checks.rule import Hits, Rule
from airlock.checks.syntax import TypeRef
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find one that is declared, or changed, to another type."""
    wanted = required(act)
    for column in declared(act):
        agreed = wanted.get(column.name)
        if agreed and agreed.type and _sense(column.type) != _sense(agreed.type):
            message = f"{column} is not {agreed.written} as in every table"
            yield hit(act, column, message, instead=agreed.written)


def _sense(type_: TypeRef) -> tuple[str, str, tuple[int, ...], bool]:
    return type_.schema, type_.name, type_.modifiers, type_.array


RULE = Rule(
    level=Level.NOTE,
    on=STATEMENTS,
    act=check,
    opt_in=True,
    peers=("pgrubic/TP015",),
)
