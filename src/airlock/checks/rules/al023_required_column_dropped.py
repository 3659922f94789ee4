"""A column is dropped that every table must have.

Code that reads the column from any table of the project fails for this one from here on.

`required_columns` under `[checks]` lists the columns that each table must have, with their types.
Without it that is `created_at timestamptz`.

## Given
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    created_at timestamptz not null default now()
);
```

## Example
```sql
alter table if exists internal.orders drop column if exists created_at;
```

## Use instead
```sql
alter table if exists internal.orders drop column if exists note;
```
"""

from airlock.checks._required import required
from airlock.checks._tables import altered
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find DROP COLUMN of one."""
    for table, sort, command in altered(act):
        if sort == "AT_DropColumn" and command.name in required(act):
            yield Hit(
                message=f"{table} loses {command.name}, which every table must have",
                table=table,
                subject=f"{table}.{command.name}",
            )


RULE = Rule(
    level=Level.NOTE,
    on=("alter_table_stmt",),
    act=check,
    opt_in=True,
    peers=("pgrubic/GN012",),
)
