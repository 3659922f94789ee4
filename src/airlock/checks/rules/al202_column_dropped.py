"""A column is dropped, and its values with it.

Nothing brings the values back but a backup, and a program that still names the column, or that has
kept a plan or a list of columns, fails until it is restarted. Take the program's use of it out
first, and drop it a release later; until then it may be null.

## Example
```sql
alter table public.orders drop column if exists legacy_code;
```

## Use instead
```sql
comment on column public.orders.legacy_code is 'Not read since release 41; goes in release 43.';
```
"""

from airlock.checks._drops import is_dropped_after
from airlock.checks._tables import altered, column_before, table_before
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import Name
from airlock.model.finding import Level
from airlock.model.names import spell
from airlock.sources.sqltext import Node


def check(act: Act) -> Hits:
    """Find a column that goes; what is generated is no loss."""
    for table, sort, command in altered(act):
        if sort != "AT_DropColumn" or _is_gone(act, table, command):
            continue
        if is_dropped_after(act, table):
            continue
        before = column_before(act, table, command.name)
        lost = before is None or before.generated != "s"
        what = "the values of" if lost else "programs can no longer read"
        end = "are lost" if lost else ""
        yield Hit(
            message=f"{what} {table}.{spell(command.name)} {end}".rstrip(),
            table=table,
            subject=f"{table}.{command.name}",
        )


def _is_gone(act: Act, table: Name, command: Node) -> bool:
    """Whether it is known not to be there, and is only dropped if it is."""
    known = command.missing_ok and table_before(act, table) is not None
    return bool(known) and column_before(act, table, command.name) is None


RULE = Rule(
    level=Level.WARNING,
    on=("alter_table_stmt",),
    act=check,
    spares_new=True,
    peers=(
        "squawk/ban-drop-column",
        "pgrubic/US001",
        "strong_migrations/remove_column",
        "django-migration-linter/DROP_COLUMN",
        "atlas/DS103",
        "safe-migrate/drop-column",
        "safe-migrate/irreversible-migration",
        "postgres-language-server/banDropColumn",
    ),
)
