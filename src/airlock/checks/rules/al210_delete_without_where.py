"""A DELETE without a condition removes every row.

Nothing brings the rows back but a backup. Say which rows have to go.

A table that a pending migration makes is left alone.

## Example
```sql
delete from public.carts;
```

## Use instead
```sql
delete from public.carts where expires_at < now();
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import is_unconditional, relation
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a DELETE of everything."""
    if is_unconditional(act.node):
        table = relation(act.node.relation)
        yield Hit(message=f"every row of {table} is lost", table=table)


RULE = Rule(
    level=Level.WARNING,
    on=("delete_stmt",),
    act=check,
    spares_new=True,
    peers=(
        "pgrubic/GN023",
        "bytebase/statement-where-required-update-delete",
        "postgres-language-server/banDeleteWithoutWhere",
    ),
)
