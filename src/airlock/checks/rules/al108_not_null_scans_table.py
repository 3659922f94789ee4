"""A column becomes NOT NULL while every row is read under a lock.

SET NOT NULL reads the whole table under an ACCESS EXCLUSIVE lock, and fails when it meets a null.
Writers that leave the column out fail from then on. A valid CHECK (column is not null) makes it a
matter of a moment: add that as NOT VALID, validate it in a later migration, then set NOT NULL and
drop the check. Postgres 18 takes the constraint itself as NOT VALID.

It says nothing where the column is NOT NULL already, where a valid check of that kind is there, or
where the pending migrations bring one.

## Example
```sql
alter table public.orders alter column customer_id set not null;
```

## Use instead
```sql
alter table public.orders
    drop constraint if exists orders_customer_id_not_null,
    add constraint orders_customer_id_not_null check (customer_id is not null) not valid;
```
```sql
alter table public.orders validate constraint orders_customer_id_not_null;
alter table public.orders alter column customer_id set not null;
```
"""

from airlock.checks._tables import (
    altered,
    column_before,
    definition,
    others,
    proves_not_null,
    tested,
)
from airlock.checks.act import Act
from airlock.checks.rule import Fact, Hit, Hits, Knows, Rule
from airlock.checks.syntax import Name, enum, strings
from airlock.model.finding import Level
from airlock.model.names import spell

_NOT_VALID = 18
"""First major whose NOT NULL can be NOT VALID."""


def check(act: Act) -> Hits:
    """Find NOT NULL on a column that is there, unless something proves it already."""
    for table, sort, command in altered(act):
        column = ""
        if sort == "AT_SetNotNull":
            column = command.name
        elif sort == "AT_AddConstraint":
            new = definition(command).constraint
            if enum(new, "contype") == "CONSTR_NOTNULL" and not new.skip_validation:
                column = strings(new.keys)[0]
        if not column or _is_proved(act, table, column):
            continue
        own = any(about == column for about, _ in _added(act, table).values())
        yield Hit(
            message=f"nobody can use {table} while all of its rows are searched for a null in "
            f"{spell(column)}",
            table=table,
            subject=f"{table}.{column}",
            fix=_fix(act, table, column),
            unless=() if own else (Fact(Knows.NOT_NULL_CHECK, table, column),),
        )


def _is_proved(act: Act, table: Name, column: str) -> bool:
    """Whether nothing has to be searched: it is so already, or a valid CHECK says so."""
    before = column_before(act, table, column)
    if before is not None and before.not_null and before.not_null_valid:
        return True
    added = _added(act, table)
    if any(about == column and not later for about, later in added.values()):
        return True
    validated = [
        node.name
        for earlier, node in others(act, table, "AT_ValidateConstraint")
        if earlier.index < act.index
    ]
    # Of one that another file has added nothing is known but that it was worth validating.
    return proves_not_null(act, table, column) or any(
        name not in added or added[name][0] == column for name in validated
    )


def _added(act: Act, table: Name) -> dict[str, tuple[str | None, bool]]:
    """Return the CHECKs that the file adds before: the column each is about, and if NOT VALID."""
    found = {}
    for earlier, node in others(act, table, "AT_AddConstraint"):
        constraint = definition(node).constraint
        if earlier.index < act.index and enum(constraint, "contype") == "CONSTR_CHECK":
            about = tested(constraint.raw_expr)
            found[constraint.conname] = (about, constraint.skip_validation)
    return found


def _fix(act: Act, table: Name, column: str) -> str:
    name = spell(f"{table.name}_{column}_not_null")
    later, alter = "-- in a later migration:\n", f"alter table {table}"
    if act.context.major >= _NOT_VALID:
        return (
            f"{alter} add constraint {name} not null {spell(column)} not valid;\n"
            f"{later}{alter} validate constraint {name};"
        )
    return (
        f"{alter} add constraint {name} check ({spell(column)} is not null) not valid;\n"
        f"{later}{alter} validate constraint {name};\n"
        f"{alter} alter column {spell(column)} set not null, drop constraint {name};"
    )


RULE = Rule(
    level=Level.WARNING,
    on=("alter_table_stmt",),
    act=check,
    spares_new=True,
    words=frozenset({"null"}),
    peers=(
        "squawk/adding-not-nullable-field",
        "eugene/E2",
        "pgrubic/US010",
        "strong_migrations/change_column_null",
        "django-migration-linter/NOT_NULL",
        "atlas/MF104",
        "bytebase/statement-disallow-add-not-null",
        "postgres-language-server/addingNotNullField",
    ),
)
