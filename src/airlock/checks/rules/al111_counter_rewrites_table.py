"""A new serial or identity column numbers every row, so the whole table is written anew.

Each row gets its number while nobody can read or write the table, and every index is built again.
Where the table is large, add a plain column, give it a sequence as default, fill the old rows in
batches, and only then make it the key.

## Example
```sql
alter table public.orders
    add column if not exists position bigint generated always as identity;
```

## Use instead
```sql
alter table public.orders add column if not exists position bigint;
```
"""

from airlock.checks._tables import new_columns
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import column_constraints, type_of
from airlock.model.finding import Level
from airlock.model.names import spell

_SERIAL = {"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"}


def check(act: Act) -> Hits:
    """Find a column that is added with a counter."""
    for table, column in new_columns(act):
        identity = any(sort == "CONSTR_IDENTITY" for sort, _ in column_constraints(column))
        if identity or type_of(column.type_name).name in _SERIAL:
            yield Hit(
                message=f"nobody can use {table} while each of its rows gets a number in "
                f"{spell(column.colname)}",
                at=act.offset(column.location),
                table=table,
                subject=f"{table}.{column.colname}",
            )


RULE = Rule(
    level=Level.WARNING,
    on=("alter_table_stmt",),
    act=check,
    spares_new=True,
    peers=(
        "eugene/E11",
        "pgrubic/US004",
        "pgrubic/US005",
        "strong_migrations/add_column_auto_incrementing",
        "postgres-language-server/addSerialColumn",
    ),
)
