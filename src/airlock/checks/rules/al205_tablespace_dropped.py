"""A tablespace is dropped.

A tablespace belongs to the server, not to the schema: other databases may keep tables in it. The
statement fails while anything is left in it, and cannot run inside a transaction.

## Example
```sql
drop tablespace if exists old_disks;
```

## Use instead
```sql
comment on tablespace old_disks is 'Nothing new goes here.';
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level
from airlock.model.names import spell


def check(act: Act) -> Hits:
    """Find a DROP TABLESPACE."""
    yield Hit(
        message=f"the tablespace {spell(act.node.tablespacename)} is gone from the whole server",
        subject=act.node.tablespacename,
    )


RULE = Rule(
    level=Level.WARNING,
    on=("drop_table_space_stmt",),
    act=check,
    peers=("pgrubic/US007",),
)
