"""A column loses its default, and programs that rely on it fail or write nulls.

Whoever inserts without naming the column got the default so far. From here on a NOT NULL column
makes the insert fail, and any other stays null. Let the programs name the column first.

It says nothing where the file sets another default, or adds the column itself: a default that only
fills the old rows may go again.

## Example
```sql
alter table public.orders alter column currency drop default;
```

## Use instead
```sql
alter table public.orders alter column currency drop default;
alter table public.orders alter column currency set default 'EUR';
```
"""

from airlock.checks._tables import altered, column_before, definition
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import Name
from airlock.model.finding import Level
from airlock.model.names import spell


def check(act: Act) -> Hits:
    """Find a default that goes for good."""
    for table, sort, command in altered(act):
        column = command.name
        if sort != "AT_ColumnDefault" or command.HasField("def") or _is_settled(act, table, column):
            continue
        before = column_before(act, table, column)
        end = "get no default from here on"
        if before is not None and before.not_null:
            end = "fail from here on"
        yield Hit(
            message=f"inserts that leave {table}.{spell(column)} out {end}",
            table=table,
            subject=f"{table}.{column}",
        )


def _is_settled(act: Act, table: Name, column: str) -> bool:
    """Whether the file gives the column another default or identity, drops it, or has made it."""
    for other in (*act.before, act, *act.after):
        for found, sort, command in altered(other) if other.runs else ():
            if found != table:
                continue
            match sort:
                case "AT_AddColumn" if definition(command).column_def.colname == column:
                    return True
                case "AT_AddIdentity" | "AT_DropColumn" if command.name == column:
                    return True
                case "AT_ColumnDefault" if command.name == column and other.index >= act.index:
                    if command.HasField("def"):
                        return True
                case _:
                    pass
    return False


RULE = Rule(
    level=Level.WARNING,
    on=("alter_table_stmt",),
    act=check,
    spares_new=True,
    peers=(),
)
