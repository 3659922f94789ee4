"""One transaction locks several tables against everybody.

Each lock is held until the commit, so that the first table waits for the second, and a program that
locks the two in the other order makes a deadlock. Change one table per file.

## Example
```sql
alter table internal.orders add column if not exists note text;
alter table internal.customers add column if not exists note text;
```

## Use instead
```sql
alter table internal.orders add column if not exists note text;
```
```sql
alter table internal.customers add column if not exists note text;
```
"""

from airlock.checks._locks import LOCKING, held, newly_excluded
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find the lock of a table while that of another one is held."""
    before = next(held(act), None)
    if before is not None:
        for name in newly_excluded(act):
            yield Hit(message=f"{name} is locked while {before} is", table=name)


RULE = Rule(
    level=Level.NOTE,
    on=LOCKING,
    act=check,
    spares_new=True,
    opt_in=True,
    peers=("postgres-language-server/avoidWideLockWindow",),
)
