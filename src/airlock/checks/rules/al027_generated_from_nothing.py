"""A generated column always has the same value.

It is worked out of a constant, so that it takes space in each row and says nothing. Mostly a column
was to be part of the expression.

It is no mistake where it tells two kinds of rows apart for a foreign key of two columns.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    price numeric generated always as (2.54) stored
);
```

## Use instead
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    amount numeric,
    price numeric generated always as (amount * 2.54) stored
);
```
"""

from airlock.checks._columns import declared
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import column_constraints
from airlock.model.finding import Level
from airlock.sources.sqltext import walk


def check(act: Act) -> Hits:
    """Find one whose expression names no column."""
    for column in declared(act):
        for sort, constraint in column_constraints(column.node):
            if sort == "CONSTR_GENERATED" and all(
                kind != "ColumnRef" for kind, _ in walk(constraint.raw_expr)
            ):
                yield Hit(
                    message=f"{column} has the same value in each row",
                    at=act.offset(column.node.location),
                    subject=str(column),
                )


RULE = Rule(
    level=Level.NOTE,
    on=("create_stmt", "alter_table_stmt", "create_foreign_table_stmt"),
    act=check,
    opt_in=True,
    peers=("pgrubic/GN016",),
)
