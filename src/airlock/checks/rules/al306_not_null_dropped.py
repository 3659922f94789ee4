"""A column may be null from here on, and programs that read it may not know.

Old programs, generated types and views were made for a value that is always there. Let the readers
take a null before the first writer can leave one.

## Example
```sql
alter table public.orders alter column customer_id drop not null;
```

## Use instead
```sql
alter table public.orders alter column customer_id set default 0;
```
"""

from airlock.checks._tables import altered, column_before
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level
from airlock.model.names import spell


def check(act: Act) -> Hits:
    """Find a column that loses its NOT NULL."""
    for table, sort, command in altered(act):
        if sort != "AT_DropNotNull":
            continue
        before = column_before(act, table, command.name)
        if before is None or before.not_null:
            yield Hit(
                message=f"who reads {table}.{spell(command.name)} may get a null from here on",
                table=table,
                subject=f"{table}.{command.name}",
            )


RULE = Rule(
    level=Level.NOTE,
    on=("alter_table_stmt",),
    act=check,
    spares_new=True,
    words=frozenset({"drop"}),
    peers=("squawk/ban-drop-not-null", "postgres-language-server/banDropNotNull"),
)
