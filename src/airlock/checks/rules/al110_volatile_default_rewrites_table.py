"""A new column's default is worked out for each row, so the whole table is written anew.

A default that is the same for every row, `now()` too, is kept in the catalog and costs nothing. One
that is not, such as `gen_random_uuid()`, `clock_timestamp()` or `nextval(…)`, is worked out row by
row while nobody can read or write the table. Add the column without a default, set the default for
new rows, then fill the old ones in batches.

A function that Airlock does not know counts as volatile unless its definition says STABLE or
IMMUTABLE, as Postgres takes it.

## Example
```sql
alter table public.orders add column if not exists token uuid default gen_random_uuid();
```

## Use instead
```sql
alter table public.orders add column if not exists token uuid;
alter table public.orders alter column token set default gen_random_uuid();
```
"""

from airlock.checks._tables import defaulted, new_columns
from airlock.checks._volatility import volatile_call
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level
from airlock.model.names import spell


def check(act: Act) -> Hits:
    """Find a new column whose default calls something volatile."""
    for table, column in new_columns(act):
        default = defaulted(column)
        call = volatile_call(act, default) if default is not None else None
        if call:
            name = spell(column.colname)
            yield Hit(
                message=f"nobody can use {table} while {call}() is called for each of its rows",
                at=act.offset(column.location),
                table=table,
                subject=f"{table}.{column.colname}",
                fix=f"alter table {table} add column {name} …;\n"
                f"alter table {table} alter column {name} set default {call}(…);",
            )


RULE = Rule(
    level=Level.WARNING,
    on=("alter_table_stmt",),
    act=check,
    spares_new=True,
    words=frozenset({"default"}),
    peers=(
        "squawk/adding-field-with-default",
        "pgrubic/US031",
        "strong_migrations/add_column_default",
        "bytebase/column-default-disallow-volatile",
    ),
)
