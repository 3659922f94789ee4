"""A column gets a type for which its values are cut or rounded, without an error.

`using note::varchar(40)` shortens every longer text, and a numeric with fewer digits behind the
point, an integer or a date take what fits of the old value. Nothing says which rows lost something.
The table is written anew, too, while nobody can use it. Leave the USING out where Postgres would
then refuse, or look for the values that do not fit first and decide what becomes of them.

## Example
```sql
alter table public.orders alter column note type varchar(40) using note::varchar(40);
```

## Use instead
```sql
alter table public.orders
    drop constraint if exists orders_note_length,
    add constraint orders_note_length check (char_length(note) <= 40) not valid;
```
"""

from airlock.checks._tables import altered
from airlock.checks._types import Cost, change
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level
from airlock.model.names import spell


def check(act: Act) -> Hits:
    """Find a change of type that loses a part of values."""
    for table, sort, command in altered(act):
        if sort != "AT_AlterColumnType":
            continue
        found = change(act, table, command)
        if found.cost is Cost.CUT:
            size = f"({', '.join(map(str, found.new.modifiers))})" if found.new.modifiers else ""
            yield Hit(
                message=f"values of {spell(found.column)} that do not fit {found.new.name}{size} "
                "are cut without an error",
                table=table,
                subject=f"{table}.{found.column}",
            )


RULE = Rule(
    level=Level.WARNING,
    on=("alter_table_stmt",),
    act=check,
    spares_new=True,
    words=frozenset({"type"}),
    peers=(
        "squawk/changing-column-type",
        "pgrubic/US002",
        "eugene/E5",
        "postgres-language-server/changingColumnType",
        "strong_migrations/change_column",
        "django-migration-linter/ALTER_COLUMN",
    ),
)
