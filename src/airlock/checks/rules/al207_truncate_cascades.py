"""A TRUNCATE empties tables that it does not name.

CASCADE empties every table with a foreign key to this one, whatever that key says about deleted
rows, and the tables that refer to those, and so on. Name each table that is to be emptied: then
Postgres refuses where another one refers to them.

## Example
```sql
truncate public.customers cascade;
```

## Use instead
```sql
delete from public.customers where closed_at < now() - interval '10 years';
```
"""

from airlock.checks._drops import is_cascading
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import relation
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find TRUNCATE … CASCADE."""
    if not is_cascading(act.node):
        return
    for each in act.node.relations:
        table = relation(each.range_var)
        yield Hit(
            message=f"every row of {table} is lost, and of every table that refers to it",
            at=act.offset(each.range_var.location),
            table=table,
        )


RULE = Rule(
    level=Level.ERROR,
    on=("truncate_stmt",),
    act=check,
    spares_new=True,
    peers=(
        "squawk/ban-truncate-cascade",
        "bytebase/statement-disallow-truncate-cascade",
        "postgres-language-server/banTruncateCascade",
        "postgres-language-server/banTruncate",
        "pgrubic/US029",
    ),
)
