"""A new stored generated column is worked out for each row, so the whole table is written anew.

Nobody can read or write the table until that is done. On Postgres 18 a VIRTUAL column is worked out
when it is read, and adding one costs nothing. Elsewhere, a plain column that a trigger keeps,
filled in batches, does the same without the lock, and so does a view or an index on the expression.

Giving a stored column another expression writes every row, too.

## Example
```sql
alter table public.orders add column if not exists total_cents bigint
    generated always as (price_cents * quantity) stored;
```

## Use instead
```sql
alter table public.orders add column if not exists total_cents bigint
    generated always as (price_cents * quantity) virtual;
```
"""

from airlock.checks._tables import altered, column_before, new_constraints
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level
from airlock.model.names import spell


def check(act: Act) -> Hits:
    """Find a stored column that is added, or gets another expression."""
    for new in new_constraints(act):
        if new.sort == "CONSTR_GENERATED" and new.node.generated_kind == "s" and new.column:
            yield Hit(
                message=f"nobody can use {new.table} while {spell(new.column.colname)} is worked "
                "out for each of its rows",
                at=act.offset(new.column.location),
                table=new.table,
                subject=f"{new.table}.{new.column.colname}",
            )
    for table, sort, command in altered(act):
        before = column_before(act, table, command.name) if sort == "AT_SetExpression" else None
        if sort == "AT_SetExpression" and (before is None or before.generated == "s"):
            yield Hit(
                message=f"nobody can use {table} while {spell(command.name)} is worked out anew "
                "for each of its rows",
                table=table,
                subject=f"{table}.{command.name}",
            )


RULE = Rule(
    level=Level.WARNING,
    on=("alter_table_stmt",),
    act=check,
    spares_new=True,
    words=frozenset({"expression", "generated"}),
    peers=(
        "squawk/adding-field-with-default",
        "eugene/E11",
        "pgrubic/US006",
        "strong_migrations/add_column_generated_stored",
        "postgres-language-server/addSerialColumn",
    ),
)
