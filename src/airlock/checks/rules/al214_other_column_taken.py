"""A column that gets another type is filled from another column.

USING names a column that is not the one whose type changes, and not the column itself: what was in
it is replaced by what stands in the other one. That is mostly a slip of the hand.

## Example
```sql
alter table public.orders alter column customer_id type uuid using account_id::uuid;
```

## Use instead
```sql
alter table public.orders add column if not exists customer_uuid uuid;
```
"""

from airlock.checks._tables import altered
from airlock.checks._types import Cost, change, columns_of
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level
from airlock.model.names import few, spell


def check(act: Act) -> Hits:
    """Find a USING that names columns, but not its own."""
    for table, sort, command in altered(act):
        if sort != "AT_AlterColumnType":
            continue
        found = change(act, table, command)
        if found.cost is Cost.OTHER and found.using is not None:
            named = few([spell(each) for each in columns_of(found.using)])
            yield Hit(
                message=f"{spell(found.column)} is filled from {named}, and what was in it is lost",
                table=table,
                subject=f"{table}.{found.column}",
            )


RULE = Rule(
    level=Level.WARNING,
    on=("alter_table_stmt",),
    act=check,
    spares_new=True,
    words=frozenset({"type"}),
    peers=("pgrubic/US030",),
)
