"""A database is dropped.

Everything in it is gone at once, and no migration of one database has a reason to drop another. It
cannot run inside a transaction either. Drop databases by hand, with somebody looking on.

## Example
```sql
drop database if exists shop;
```

## Use instead
```sql
comment on database shop is 'Not used since release 41.';
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level
from airlock.model.names import spell


def check(act: Act) -> Hits:
    """Find a DROP DATABASE."""
    yield Hit(
        message=f"the database {spell(act.node.dbname)} is gone, with everything in it",
        subject=act.node.dbname,
    )


RULE = Rule(
    level=Level.ERROR,
    on=("dropdb_stmt",),
    act=check,
    peers=(
        "squawk/ban-drop-database",
        "pgrubic/US008",
        "postgres-language-server/banDropDatabase",
    ),
)
