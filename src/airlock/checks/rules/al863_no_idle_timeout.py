"""A file locks a table and sets no idle_in_transaction_session_timeout.

When the tool that runs the file hangs or loses its network, the transaction stays open and holds
its locks. With this timeout the server ends it.

## Example
```sql
alter table internal.orders add column if not exists note text;
```

## Use instead
```sql
set idle_in_transaction_session_timeout = '30s';
alter table internal.orders add column if not exists note text;
```
"""

from airlock.checks._locks import LOCKING
from airlock.checks._timeouts import unlimited
from airlock.checks.act import Act
from airlock.checks.rule import Hits, Rule
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a lock that an idle session could hold."""
    message = "a session that hangs may hold this without end"
    yield from unlimited(act, "idle_in_transaction_session_timeout", message)


RULE = Rule(
    level=Level.NOTE,
    on=LOCKING,
    act=check,
    spares_new=True,
    opt_in=True,
    peers=("postgres-language-server/requireIdleInTransactionTimeout",),
)
