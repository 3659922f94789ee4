"""A constraint is dropped, and rows that it kept out can come in.

Once such rows are there it cannot come back until somebody has cleaned them up. Dropping a foreign
key takes an ACCESS EXCLUSIVE lock on both of its tables, the one that it refers to as well.

It says nothing where the file adds a constraint of the same name again.

## Example
```sql
alter table public.orders drop constraint if exists orders_total_positive;
```

## Use instead
```sql
alter table public.orders drop constraint if exists orders_total_positive;
alter table public.orders
    add constraint orders_total_positive check (total_cents >= 0) not valid;
```
"""

from airlock.checks._drops import is_dropped_after
from airlock.checks._tables import (
    altered,
    constraints_before,
    definition,
    others,
    table_before,
)
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import Name
from airlock.kinds.constraint import Constraint
from airlock.model.finding import Level
from airlock.model.names import spell


def check(act: Act) -> Hits:
    """Find a constraint that goes for good."""
    for table, sort, command in altered(act):
        if sort != "AT_DropConstraint" or _is_added_again(act, table, command.name):
            continue
        if is_dropped_after(act, table):
            continue
        before = _before(act, table, command.name)
        if before is None and command.missing_ok and table_before(act, table):
            continue
        both = (
            f", and {table} and {_other(before)} are locked" if before and before.referenced else ""
        )
        yield Hit(
            message=f"rows that {spell(command.name)} kept out of {table} can come in{both}",
            table=table,
            subject=f"{table}.{command.name}",
        )


def _before(act: Act, table: Name, name: str) -> Constraint | None:
    return next((each for each in constraints_before(act, table) if each.id.path[-1] == name), None)


def _other(before: Constraint) -> str:
    return spell(*before.referenced.path) if before.referenced else ""


def _is_added_again(act: Act, table: Name, name: str) -> bool:
    return any(
        later.index >= act.index and definition(command).constraint.conname == name
        for later, command in others(act, table, "AT_AddConstraint")
    )


RULE = Rule(
    level=Level.NOTE,
    on=("alter_table_stmt",),
    act=check,
    spares_new=True,
    words=frozenset({"drop"}),
    peers=("pgrubic/CT004", "atlas/CD101"),
)
