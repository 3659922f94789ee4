"""A new column is NOT NULL and has no default.

Where the table has a single row, the statement fails: there is no value for it. Where it has none,
programs that do not know the column cannot insert any more. Give it a default, which costs nothing,
or add it as nullable, fill it, and set NOT NULL later.

## Example
```sql
alter table public.orders add column if not exists currency text not null;
```

## Use instead
```sql
alter table public.orders add column if not exists currency text not null default 'INR';
```
"""

from airlock.checks._tables import defaulted, new_columns
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import column_constraints, type_of
from airlock.model.finding import Level
from airlock.model.names import spell

_REQUIRED = {"CONSTR_NOTNULL", "CONSTR_PRIMARY"}
_FILLED = {"CONSTR_GENERATED", "CONSTR_IDENTITY"}
_SERIAL = {"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"}


def check(act: Act) -> Hits:
    """Find a required column that nothing fills."""
    for table, column in new_columns(act):
        sorts = {sort for sort, _ in column_constraints(column)}
        filled = sorts & _FILLED or type_of(column.type_name).name in _SERIAL
        if sorts & _REQUIRED and not filled and defaulted(column) is None:
            yield Hit(
                message=f"{table} has no value for {spell(column.colname)} where it has rows, so "
                "this fails",
                at=act.offset(column.location),
                table=table,
                subject=f"{table}.{column.colname}",
            )


RULE = Rule(
    level=Level.ERROR,
    on=("alter_table_stmt",),
    act=check,
    spares_new=True,
    peers=(
        "squawk/adding-required-field",
        "atlas/MF103",
        "django-migration-linter/NOT_NULL",
        "bytebase/column-require-default",
        "postgres-language-server/addingRequiredField",
    ),
)
