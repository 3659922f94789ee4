"""A BEGIN or a COMMIT has no partner.

A BEGIN inside a transaction, and a COMMIT or ROLLBACK outside of one, do nothing but give a
warning. What follows is then not in the transaction that one would think: a first COMMIT already
ended it.

## Example
```sql
begin;
begin;
comment on table internal.orders is 'One row for each order.';
commit;
```
```sql
comment on table internal.orders is 'One row for each order.';
commit;
```

## Use instead
```sql
comment on table internal.orders is 'One row for each order.';
```
"""

from airlock.checks._transactions import Flaw, controls
from airlock.checks.act import File
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level

_SAYS = {
    Flaw.NESTED: "a transaction is open already: this does nothing",
    Flaw.LONELY: "no transaction is open: this does nothing",
}


def check(file: File) -> Hits:
    """Find what does nothing."""
    for act, flaw in controls(file):
        if flaw in _SAYS:
            yield Hit(message=_SAYS[flaw], at=act.start, subject=act.text.lower())


RULE = Rule(
    level=Level.WARNING,
    file=check,
    peers=("squawk/transaction-nesting", "postgres-language-server/transactionNesting"),
)
