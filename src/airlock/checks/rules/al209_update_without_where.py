"""An UPDATE without a condition writes every row.

What was in the column is gone, and every row of the table stays locked until the transaction
commits. Say which rows are meant. Where it is all of them, fill the column in batches, each in a
transaction of its own: `where id in (select … where total_cents is null limit 5000)`, until no row
is left.

A table that a pending migration makes is left alone.

## Example
```sql
update public.orders set total_cents = price_cents * quantity;
```

## Use instead
```sql
update public.orders set total_cents = price_cents * quantity
    where id in (select id from public.orders where total_cents is null order by id limit 5000);
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import is_unconditional, relation
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find an UPDATE of everything."""
    if is_unconditional(act.node):
        table = relation(act.node.relation)
        yield Hit(message=f"every row of {table} is written", table=table)


RULE = Rule(
    level=Level.WARNING,
    on=("update_stmt",),
    act=check,
    spares_new=True,
    peers=(
        "pgrubic/GN022",
        "strong_migrations/backfill",
        "bytebase/statement-where-required-update-delete",
        "postgres-language-server/banUpdateWithoutWhere",
    ),
)
