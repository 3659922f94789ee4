"""A table is locked by hand, and the lock is held until the transaction ends.

LOCK TABLE without a mode shuts out everybody, readers too. Whatever else the file does, however
long, the rest of the world waits for. Statements take the locks that they need by themselves; for
rows, `select … for update` is enough.

## Example
```sql
lock table public.orders in share row exclusive mode;
```

## Use instead
```sql
lock table public.orders in row exclusive mode;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import relation
from airlock.model.finding import Level
from airlock.model.step import Lock


def check(act: Act) -> Hits:
    """Find a lock that stops writers."""
    mode = Lock(act.node.mode)
    if mode < Lock.SHARE:
        return
    who = "reads and writes" if mode is Lock.ACCESS_EXCLUSIVE else "writes"
    for each in act.node.relations:
        table = relation(each.range_var)
        yield Hit(
            message=f"{who} of {table} wait until the transaction ends",
            at=act.offset(each.range_var.location),
            table=table,
        )


RULE = Rule(level=Level.WARNING, on=("lock_stmt",), act=check, spares_new=True, peers=())
