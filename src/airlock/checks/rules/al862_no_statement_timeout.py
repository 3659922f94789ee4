"""A file locks a table and sets no statement_timeout.

A statement that takes longer than somebody thought holds its lock for as long as it runs. With a
limit it fails, and everybody goes on.

## Example
```sql
alter table internal.orders add column if not exists note text;
```

## Use instead
```sql
set statement_timeout = '30s';
alter table internal.orders add column if not exists note text;
```
"""

from airlock.checks._locks import LOCKING
from airlock.checks._timeouts import unlimited
from airlock.checks.act import Act
from airlock.checks.rule import Hits, Rule
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a lock without a limit to what holds it."""
    yield from unlimited(act, "statement_timeout", "this may run without end")


RULE = Rule(
    level=Level.NOTE,
    on=LOCKING,
    act=check,
    spares_new=True,
    opt_in=True,
    peers=(
        "squawk/require-statement-timeout",
        "squawk/require-timeout-settings",
        "postgres-language-server/requireStatementTimeout",
    ),
)
