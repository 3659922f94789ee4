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

from airlock.checks._tables import altered, column_before, definition, others, proves_not_null
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
        yield Hit(
            message=f"nobody can use {table} while all of its rows are searched for a null in "
            f"{spell(column)}",
            table=table,
            subject=f"{table}.{column}",
            fix=_fix(act, table, column),
            unless=(Fact(Knows.NOT_NULL_CHECK, table, column),),
        )


def _is_proved(act: Act, table: Name, column: str) -> bool:
    before = column_before(act, table, column)
    if before is not None and before.not_null and before.not_null_valid:
        return True
    return proves_not_null(act, table, column) or any(
        earlier.index < act.index for earlier, _ in others(act, table, "AT_ValidateConstraint")
    )


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
    peers=(
        "squawk/adding-not-nullable-field",
        "eugene/E2",
        "pgrubic/US010",
        "strong_migrations/change_column_null",
        "django-migration-linter/NOT_NULL",
        "atlas/MF104",
        "bytebase/statement-disallow-add-not-null",
        "safe-migrate/set-not-null",
        "postgres-language-server/addingNotNullField",
    ),
)
