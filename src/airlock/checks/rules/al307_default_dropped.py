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

from airlock.checks._tables import altered, column_before, definition, others
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
    if any(
        definition(command).column_def.colname == column
        for _, command in others(act, table, "AT_AddColumn")
    ):
        return True
    if any(
        command.name == column
        for sort in ("AT_AddIdentity", "AT_DropColumn")
        for _, command in others(act, table, sort)
    ):
        return True
    return any(
        later.index >= act.index and command.name == column and command.HasField("def")
        for later, command in others(act, table, "AT_ColumnDefault")
    )


RULE = Rule(
    level=Level.WARNING,
    on=("alter_table_stmt",),
    act=check,
    spares_new=True,
    words=frozenset({"drop"}),
    peers=(),
)
