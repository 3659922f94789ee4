"""A statement runs while a table is locked against everybody.

An earlier statement took an ACCESS EXCLUSIVE lock, which is held until the commit: each statement
behind it makes the others wait longer. Put what needs the lock last, or into a file of its own.

## Example
```sql
alter table internal.orders add column if not exists note text;
comment on table internal.orders is 'One row for each order.';
```

## Use instead
```sql
comment on table internal.orders is 'One row for each order.';
alter table internal.orders add column if not exists note text;
```
"""

from airlock.checks._locks import held
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level

_FREE = {"transaction_stmt", "variable_set_stmt"}


def check(act: Act) -> Hits:
    """Find any statement behind such a lock."""
    if act.statement is None or act.kind in _FREE:
        return
    for name in held(act):
        yield Hit(message=f"nobody can use {name} until this is through", table=name)
        return


RULE = Rule(
    level=Level.NOTE,
    act=check,
    spares_new=True,
    opt_in=True,
    peers=(
        "eugene/E4",
        "postgres-language-server/runningStatementWhileHoldingAccessExclusive",
    ),
)
