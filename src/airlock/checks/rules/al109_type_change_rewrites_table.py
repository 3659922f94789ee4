"""A column gets a type for which the whole table is written anew.

Nobody can read or write the table until every row and every index on the column is written again,
and that takes the table's size in disk space once more. Add a column of the new type, let the
program write both, copy the old values in batches, and drop the old column when nothing reads it.

Some changes cost nothing, and are left alone where the old type is known: varchar to text or to a
longer varchar, numeric to more digits with the same scale, and timestamp to timestamptz in a
session in UTC, as long as there is no `using … at time zone`, which does write every row. Without a
server to ask, only a change to plain text, varchar or numeric is taken to be of that sort.

## Example
```sql
alter table public.orders alter column id type bigint;
```

## Use instead
```sql
alter table public.orders add column if not exists new_id bigint;
```
"""

from airlock.checks._tables import altered
from airlock.checks._types import Change, Cost, change
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level
from airlock.model.names import spell


def check(act: Act) -> Hits:
    """Find a change of type that writes rows; one that cuts values is AL213's."""
    for table, sort, command in altered(act):
        if sort != "AT_AlterColumnType":
            continue
        found = change(act, table, command)
        if found.cost in {Cost.MAYBE, Cost.REWRITE}:
            yield Hit(
                message=_message(found),
                table=table,
                subject=f"{table}.{found.column}",
            )


def _message(found: Change) -> str:
    column = spell(found.column)
    if found.cost is Cost.MAYBE:
        return (
            f"nobody can use {found.table} while it is written anew for {column}, unless its old "
            f"type takes the same bytes as {found.new.name}"
        )
    return (
        f"nobody can use {found.table} while it is written anew: {column} is {found.old} and "
        f"becomes {found.new.name}"
    )


RULE = Rule(
    level=Level.WARNING,
    on=("alter_table_stmt",),
    act=check,
    spares_new=True,
    words=frozenset({"type"}),
    peers=(
        "squawk/changing-column-type",
        "eugene/E5",
        "pgrubic/US002",
        "strong_migrations/change_column",
        "django-migration-linter/ALTER_COLUMN",
        "bytebase/column-disallow-changing-type",
        "postgres-language-server/changingColumnType",
    ),
)
