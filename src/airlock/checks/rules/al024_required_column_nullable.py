"""A column that every table must have may be empty.

What counts on it finds rows without it: a policy that asks for the tenant hides them, a report by
day leaves them out.

`required_columns` under `[checks]` lists the columns that each table must have, with their types.
Without it that is `created_at timestamptz`.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    created_at timestamptz default now()
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

from airlock.checks._columns import STATEMENTS, How, declared
from airlock.checks._required import required
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level

_FILLED = frozenset({"CONSTR_NOTNULL", "CONSTR_PRIMARY", "CONSTR_IDENTITY"})


def check(act: Act) -> Hits:
    """Find a new one without NOT NULL."""
    for column in declared(act):
        is_new = column.how is not How.CHANGE
        if is_new and column.name in required(act) and not column.constraints & _FILLED:
            yield Hit(
                message=f"{column} may be empty",
                at=act.offset(column.node.location),
                subject=str(column),
            )


RULE = Rule(
    level=Level.NOTE,
    on=STATEMENTS,
    act=check,
    opt_in=True,
    peers=(
        "pgrubic/GN013",
        "bytebase/column-no-null",
    ),
)
