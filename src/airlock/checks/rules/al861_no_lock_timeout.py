"""A file locks a table and sets no lock_timeout.

Airlock sets one of four seconds itself. Where other tools run the files, a statement that waits for
its lock makes everybody behind it wait, for as long as somebody has the table open.

## Example
```sql
alter table internal.orders add column if not exists note text;
```

## Use instead
```sql
set lock_timeout = '2s';
alter table internal.orders add column if not exists note text;
```
"""

from airlock.checks._locks import LOCKING
from airlock.checks._timeouts import unlimited
from airlock.checks.act import Act
from airlock.checks.rule import Hits, Rule
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a lock without a limit to waiting for it."""
    yield from unlimited(act, "lock_timeout", "this may wait for its lock without end")


RULE = Rule(
    level=Level.NOTE,
    on=LOCKING,
    act=check,
    spares_new=True,
    opt_in=True,
    peers=(
        "squawk/require-lock-timeout",
        "squawk/require-timeout-settings",
        "eugene/E9",
        "postgres-language-server/lockTimeoutWarning",
    ),
)
