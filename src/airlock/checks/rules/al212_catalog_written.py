"""The system catalog is written by hand.

Postgres does not check what stands in its catalogs: an enum value deleted from `pg_enum` that a row
or an index still holds makes the table unreadable, and no dump of it can be restored. Hosted
databases refuse it. There is a statement for each such change; an enum loses a value when a new
type takes its place.

## Example
```sql
delete from pg_catalog.pg_enum where enumlabel = 'refunded';
```

## Use instead
```sql
alter table public.orders
    drop constraint if exists orders_status_known,
    add constraint orders_status_known check (status <> 'refunded') not valid;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find INSERT, UPDATE, DELETE and MERGE on a catalog of Postgres."""
    target = act.node.relation
    unqualified = not target.schemaname and target.relname.startswith("pg_")
    if target.schemaname == "pg_catalog" or unqualified:
        yield Hit(
            message=f"{target.relname} is Postgres's own: a wrong row in it breaks the database",
            at=act.offset(target.location),
            subject=target.relname,
        )


RULE = Rule(
    level=Level.ERROR,
    on=("insert_stmt", "update_stmt", "delete_stmt", "merge_stmt"),
    act=check,
    peers=(),
)
