"""A table is emptied.

TRUNCATE takes an ACCESS EXCLUSIVE lock and removes every row at once. No trigger for deleted rows
runs, and nothing brings the rows back but a backup. Delete the rows that have to go, by a condition
that says which they are.

## Example
```sql
truncate public.carts;
```

## Use instead
```sql
delete from public.carts where expires_at < now();
```
"""

from airlock.checks._drops import is_cascading
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import relation
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a TRUNCATE; with CASCADE it is AL207's."""
    if is_cascading(act.node):
        return
    for each in act.node.relations:
        table = relation(each.range_var)
        yield Hit(
            message=f"every row of {table} is lost",
            at=act.offset(each.range_var.location),
            table=table,
        )


RULE = Rule(
    level=Level.WARNING,
    on=("truncate_stmt",),
    act=check,
    spares_new=True,
    peers=(
        "pgrubic/US029",
        "bytebase/statement-disallow-truncate",
        "postgres-language-server/banTruncate",
    ),
)
