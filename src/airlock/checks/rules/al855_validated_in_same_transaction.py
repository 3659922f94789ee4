"""A constraint is added as NOT VALID and validated in one transaction.

The lock that adding it took is held until the commit, so that the scan runs under it: nothing is
won over adding it at once. Put VALIDATE CONSTRAINT into a file of its own, which needs a weak lock
only.

## Example
```sql
alter table public.orders
    drop constraint if exists orders_total_positive,
    add constraint orders_total_positive check (total_cents > 0) not valid;
alter table public.orders validate constraint orders_total_positive;
```

## Use instead
```sql
alter table public.orders
    drop constraint if exists orders_total_positive,
    add constraint orders_total_positive check (total_cents > 0) not valid;
```
```sql
alter table public.orders validate constraint orders_total_positive;
```
"""

from airlock.checks._tables import altered, definition, others
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import Name
from airlock.model.finding import Level
from airlock.model.names import spell


def check(act: Act) -> Hits:
    """Find VALIDATE CONSTRAINT of what the same transaction has added."""
    for table, sort, command in altered(act):
        if sort == "AT_ValidateConstraint" and _is_added(act, table, command.name):
            yield Hit(
                message=f"{table} stays locked while {spell(command.name)} is tested on its rows: "
                "the same transaction has added it",
                table=table,
                subject=f"{table}.{command.name}",
            )


def _is_added(act: Act, table: Name, name: str) -> bool:
    return act.transaction is not None and any(
        earlier.index <= act.index
        and earlier.transaction == act.transaction
        and definition(command).constraint.conname == name
        for earlier, command in others(act, table, "AT_AddConstraint")
    )


RULE = Rule(
    level=Level.WARNING,
    on=("alter_table_stmt",),
    act=check,
    spares_new=True,
    words=frozenset({"validate"}),
    peers=(
        "squawk/constraint-missing-not-valid",
        "postgres-language-server/requireSeparateConstraintValidation",
    ),
)
